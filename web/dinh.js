// SPDX-License-Identifier: AGPL-3.0-or-later
// Makes good pages better; no page needs it. All words come from the page (data-*).
(() => {
  'use strict';
  const all = (s, f) => document.querySelectorAll(s).forEach(f);
  const one = (s, d = document) => d.querySelector(s);
  const el = (tag, text, cls) => Object.assign(document.createElement(tag), { textContent: text, className: cls || '' });
  const store = (fn) => { try { return fn(sessionStorage); } catch { return null; } };

  const wrong = one('[data-focus]');
  if (wrong) wrong.focus();

  // Copy a number: <p data-copy="Copy" data-copied="Copied">
  all('[data-copy]', (p) => {
    if (!navigator.clipboard) return;
    const b = el('button', p.dataset.copy, 'b quiet copy');
    const code = p.textContent.trim();
    b.type = 'button';
    b.setAttribute('aria-live', 'polite');
    b.onclick = () => navigator.clipboard.writeText(code).then(() => { b.textContent = p.dataset.copied; });
    p.after(b);
  });
  all('[data-print]', (b) => { b.hidden = false; b.onclick = () => print(); });

  // How much room is left, near the end of it: <textarea data-max data-left="{n} left">
  all('textarea[data-left]', (t) => {
    const p = el('p', '', 'count');
    p.setAttribute('role', 'status');
    t.after(p);
    t.addEventListener('input', () => {
      const left = t.dataset.max - [...t.value].length;
      p.textContent = left < 500 || left < t.dataset.max / 5 ? t.dataset.left.replace('{n}', left) : '';
    });
  });

  // Drafts: <form data-draft="submit" data-restored="…">. In this tab only, no secrets or files; gone with
  // data-draft-done="submit". A denunciation's form has no data-draft.
  const kept = (f) => [...f.elements].filter((e) => e.name && e.name !== 'csrf' && !/hidden|password|file|submit|button/.test(e.type));
  all('[data-draft-done]', (e) => store((s) => s.removeItem('draft:' + e.dataset.draftDone)));
  all('form[data-draft]', (f) => {
    const key = 'draft:' + f.dataset.draft;
    const old = JSON.parse(store((s) => s.getItem(key)) || 'null');
    let back = 0;
    if (old && !wrong) kept(f).forEach((e) => {
      const v = old[e.name];
      if (/radio|checkbox/.test(e.type)) { if ([].concat(v).includes(e.value) && !e.checked) back = e.checked = true; }
      else if (v && !e.value) { e.value = v; back = true; }
    });
    if (back && f.dataset.restored) { const p = el('p', f.dataset.restored, 'hint'); p.setAttribute('role', 'status'); f.prepend(p); }
    let timer;
    const save = () => {
      const d = {};
      kept(f).forEach((e) => {
        if (!/radio|checkbox/.test(e.type)) d[e.name] = e.value;
        else if (e.checked) d[e.name] = (d[e.name] || []).concat(e.value);
      });
      store((s) => s.setItem(key, JSON.stringify(d)));
    };
    f.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, 400); });
  });
  all('form[data-leave]', (f) => {
    let dirty = false;
    f.addEventListener('input', () => { dirty = true; });
    f.addEventListener('submit', () => { dirty = false; });
    addEventListener('beforeunload', (e) => { if (dirty) e.preventDefault(); });
  });

  // Uploads: a bar while files go up.
  all('form[data-upload]', (f) => f.addEventListener('submit', (e) => {
    if (![...f.querySelectorAll('[type=file]')].some((i) => i.files.length)) return;
    e.preventDefault();
    const bar = Object.assign(document.createElement('progress'), { max: 1, value: 0 });
    const p = el('p', f.dataset.upload + ' ', 'progress');
    p.setAttribute('role', 'status');
    p.append(bar);
    f.append(p);
    const x = new XMLHttpRequest();
    const body = new FormData(f);
    if (e.submitter && e.submitter.name) body.append(e.submitter.name, e.submitter.value);
    const over = () => { p.remove(); f.submit(); };
    x.open('POST', f.action);
    x.upload.onprogress = (u) => { if (u.lengthComputable) bar.value = u.loaded / u.total; };
    x.onerror = over;
    x.onload = () => {
      if (x.responseURL && x.responseURL !== f.action && x.status < 400) { location.href = x.responseURL; return; }
      const d = new DOMParser().parseFromString(x.responseText, 'text/html');
      document.title = d.title;
      one('main').replaceWith(d.querySelector('main'));
      const bad = one('[data-focus]') || one('main');
      bad.focus();
      scrollTo(0, 0);
    };
    x.send(body);
  }));

  // Citizen card pasted or scanned into <input data-card>; fields have data-card-to="id|old|name|birth|gender|address|issued".
  const day = (s) => (/^\d{8}$/.test(s) ? s.replace(/^(..)(..)(....)$/, '$1/$2/$3') : '');
  all('[data-card]', (i) => {
    i.addEventListener('keydown', (e) => { if (e.key === 'Enter') e.preventDefault(); });
    i.addEventListener('input', () => {
      const p = i.value.trim().normalize('NFC').split('|');
      if (p.length < 6 || !/^\d{12}$/.test(p[0]) || (p[6] && !/^\d{8}$/.test(p[6]))) return;
      const card = { id: p[0], old: p[1], name: p[2], birth: day(p[3]), gender: p[4], address: p[5], issued: day(p[6] || '') };
      let last;
      all('[data-card-to]', (t) => {
        const v = card[t.dataset.cardTo];
        if (!v) return;
        if (t.tagName === 'SELECT') [...t.options].forEach((o) => { if (o.text.trim() === v) t.value = o.value; });
        else t.value = v;
        t.dispatchEvent(new Event('input', { bubbles: true }));
        last = t;
      });
      i.value = '';
      if (last) last.focus();
    });
  });

  // Desk by keyboard; single keys can be switched off in the help.
  const help = one('#keys');
  if (!help) return;
  const keep = (fn) => { try { return fn(localStorage); } catch { return null; } };
  const on = one('#keys-on');
  on.checked = keep((s) => s.getItem('keys')) !== 'off';
  on.onchange = () => keep((s) => s.setItem('keys', on.checked ? 'on' : 'off'));
  const rows = [...document.querySelectorAll('[data-rows] tbody tr')];
  let at = -1;
  const go = (n) => {
    if (!rows.length) return;
    if (rows[at]) rows[at].classList.remove('at');
    at = Math.max(0, Math.min(rows.length - 1, n));
    rows[at].classList.add('at');
    const a = one('a', rows[at]);
    if (a) a.focus(); else rows[at].scrollIntoView({ block: 'nearest' });
  };
  addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || help.open) return;
    if (e.key === '?') { help.showModal(); return; }
    if (!on.checked) return;
    if (e.key === '/') { const q = one('[data-key="/"]'); if (q) { e.preventDefault(); q.focus(); } return; }
    if (e.key === 'j') go(at + 1);
    else if (e.key === 'k') go(at - 1);
    else if (e.key === 'Enter' && rows[at] && e.target === document.body) { const a = one('a', rows[at]); if (a) a.click(); }
    else if (e.key === 'n') location.href = '/desk/intake';
  });
})();
