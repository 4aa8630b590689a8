// SPDX-License-Identifier: AGPL-3.0-or-later
/* What single characters are folded to, two bytes each: a letter or two, ' '
 * for what parts words, '?' where only the whole algorithm knows. Of these
 * blocks all that Vietnamese, French and English are written with. test_base.c
 * compares each line with utf8proc. Private to base/text.c. */
#ifndef BASE_TEXT_PLAIN_H
#define BASE_TEXT_PLAIN_H

static const char plain_latin[] = /* U+00A0 to U+024F */
    " . . . . . . . . . .a. . . . . . . .2.3. .?. . . .1.o. .?.?.?. .a.a.a.a.a.a.aec.e.e.e.e.i.i.i.i."
    "?.n.o.o.o.o.o. .o.u.u.u.u.y.?.ssa.a.a.a.a.a.aec.e.e.e.e.i.i.i.i.?.n.o.o.o.o.o. .o.u.u.u.u.y.?.y."
    "a.a.a.a.a.a.c.c.c.c.c.c.c.c.d.d.d.d.e.e.e.e.e.e.e.e.e.e.g.g.g.g.g.g.g.g.h.h.?.?.i.i.i.i.i.i.i.i."
    "i.?.ijijj.j.k.k.?.l.l.l.l.l.l.l l l.l.n.n.n.n.n.n.?.?.?.o.o.o.o.o.o.oeoer.r.r.r.r.r.s.s.s.s.s.s."
    "s.s.t.t.t.t.?.?.u.u.u.u.u.u.u.u.u.u.u.u.w.w.y.y.y.z.z.z.z.z.z.s.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?."
    "?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.o.o.?.?.?.?.?.?.?.?.?.?.?.?.?.u.u.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?."
    "?.?.?.?.dzdzdzljljljnjnjnja.a.i.i.o.o.u.u.u.u.u.u.u.u.u.u.?.a.a.a.a.aeae?.?.g.g.k.k.o.o.o.o.?.?."
    "j.dzdzdzg.g.?.?.n.n.a.a.aeaeo.o.a.a.a.a.e.e.e.e.i.i.i.i.o.o.o.o.r.r.r.r.u.u.u.u.s.s.t.t.?.?.h.h."
    "?.?.?.?.?.?.a.a.e.e.o.o.o.o.o.o.o.o.y.y.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.";
static const char plain_latin_more[] = /* U+1E00 to U+1EFF */
    "a.a.b.b.b.b.b.b.c.c.d.d.d.d.d.d.d.d.d.d.e.e.e.e.e.e.e.e.e.e.f.f.g.g.h.h.h.h.h.h.h.h.h.h.i.i.i.i."
    "k.k.k.k.k.k.l.l.l.l.l.l.l.l.m.m.m.m.m.m.n.n.n.n.n.n.n.n.o.o.o.o.o.o.o.o.p.p.p.p.r.r.r.r.r.r.r.r."
    "s.s.s.s.s.s.s.s.s.s.t.t.t.t.t.t.t.t.u.u.u.u.u.u.u.u.u.u.v.v.v.v.w.w.w.w.w.w.w.w.w.w.x.x.x.x.y.y."
    "z.z.z.z.z.z.h.t.w.y.?.s.?.?.ss?.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.e.e.e.e.e.e.e.e."
    "e.e.e.e.e.e.e.e.i.i.i.i.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.u.u.u.u.u.u.u.u.u.u.u.u."
    "u.u.y.y.y.y.y.y.y.y.?.?.?.?.?.?.";
static const char plain_marks[] = /* U+2010 to U+203A */
    " . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . .";

#endif
