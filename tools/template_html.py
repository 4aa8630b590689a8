# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where in the HTML a template's expression stands: a tokenizer of tags, attributes and the texts between, as far as
escaping needs it, which also takes out the space that nobody sees."""
import re
from dataclasses import dataclass

URL_ATTRIBUTES = {"href", "src", "action", "formaction", "poster", "data", "cite", "background", "longdesc", "ping",
                  "manifest", "xlink:href"}
CLOSED_ATTRIBUTES = {"style", "srcset", "imagesrcset", "srcdoc"}
RAW_TAGS = {"script", "style", "xmp", "iframe", "noembed", "noframes"}
TEXT_TAGS = {"textarea", "title"}  # no tags inside, but entities count
KEEP_SPACE = {"pre", "textarea"}
# Space next to these is not shown, so it is not sent.
BLOCKS = set("""
    html head body title meta link base script style template main header footer nav section
    article aside div p h1 h2 h3 h4 h5 h6 hgroup ul ol li dl
    dt dd table caption colgroup col thead tbody tfoot tr th td form fieldset legend
    figure figcaption details summary dialog blockquote pre address hr br select option optgroup datalist search
    svg g defs symbol use path circle rect line polyline polygon
""".split())


class TemplateError(Exception):
    def __init__(self, line, message):
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Place:
    """Where in the HTML the next byte stands."""
    state: str = "text"  # text tag name gap glue attr equals value comment raw rcdata doctype
    tag: str = ""
    closing: bool = False
    attr: str = ""
    quote: str = ""
    filled: str = "no"   # of a value: no, yes, maybe
    keep: bool = False   # inside pre or textarea


def boundary(place):
    """The place as it is seen by a statement: after a name or a quote, space must follow."""
    if place.state in ("name", "attr", "quoted"):
        if place.state == "name" and not place.tag:
            return place
        return Place("glue", place.tag, place.closing, keep=place.keep)
    return place


def join(a, b):
    """One place for two ways of coming there, or None."""
    if a == b:
        return a
    inside = {"gap", "glue"}
    if a.state in inside and b.state in inside and (a.tag, a.closing, a.keep) == (b.tag, b.closing, b.keep):
        return Place("glue", a.tag, a.closing, keep=a.keep)
    if a.state == b.state == "value" and (a.tag, a.attr, a.quote) == (b.tag, b.attr, b.quote):
        return Place("value", a.tag, a.closing, a.attr, a.quote, "maybe", a.keep)
    return None


def name_of(place):
    return {"text": "text", "gap": "a tag", "glue": "a tag", "name": "a tag's name", "attr": "an attribute's name",
            "equals": "an unquoted attribute value", "value": f'the value of "{place.attr}"', "comment": "a comment",
            "raw": f"<{place.tag}>", "rcdata": f"<{place.tag}>", "doctype": "a declaration"}.get(place.state, "a tag")


class Html:
    """Walks literals, and gives them back with the space that nobody sees taken out."""

    def __init__(self):
        self.place = Place()
        self.out = []
        self.line = 0
        self.block = True  # was the last thing written a block's tag?

    def fail(self, message):
        raise TemplateError(self.line, message)

    def feed(self, text, line, last):
        """last: nothing follows in this template."""
        self.out, self.line = [], line
        i = 0
        while i < len(text):
            j = getattr(self, "in_" + self.place.state)(text, i, last)
            self.line += text.count("\n", i, j)
            i = j
        return "".join(self.out)

    def put(self, text):
        self.out.append(text)

    def to(self, state, **change):
        old = self.place
        kept = {"tag": old.tag, "closing": old.closing, "keep": old.keep} | change
        self.place = Place(state, **kept)

    def in_text(self, text, i, last):
        j = text.find("<", i)
        j = len(text) if j < 0 else j
        if j == i:
            return self.open(text, i)
        run = text[i:j]
        self.put(run if self.place.keep else self.squeeze(run, text, j, last))
        if run.strip():
            self.block = False
        return j

    def squeeze(self, run, text, j, last):
        """A run of space with a newline in it is one newline, or nothing beside a block's tag."""
        def one(m):
            if "\n" not in m.group():
                return m.group()
            first, final = m.start() == 0, m.end() == len(run)
            if first and self.block or final and last and j == len(text):
                return ""
            if final and j < len(text):
                tag = re.match(r"</?([a-zA-Z][\w:-]*)", text[j:])
                if tag and tag.group(1).lower() in BLOCKS or text.startswith("<!", j):
                    return ""
            return "\n"
        return re.sub(r"[ \t\n]+", one, run)

    def open(self, text, i):
        if text.startswith("<!--", i):
            self.to("comment")
            return i + 4
        if text.startswith("<!", i):
            self.put("<!")
            self.to("doctype")
            return i + 2
        m = re.match(r"</?", text[i:])
        j = i + m.end()
        if j < len(text) and not text[j].isalpha():
            self.fail("write &lt; for a < that begins no tag")
        self.put(m.group())
        self.to("name", tag="", closing=m.group() == "</")
        return j

    def in_comment(self, text, i, _last):
        """HTML comments are not sent."""
        j = text.find("-->", i)
        if j < 0:
            return len(text)
        self.to("text")
        return j + 3

    def in_doctype(self, text, i, _last):
        j = text.find(">", i)
        if j < 0:
            self.fail("a declaration <!… is not closed")
        self.put(text[i:j + 1])
        self.to("text")
        self.block = True
        return j + 1

    def in_name(self, text, i, _last):
        m = re.match(r"[a-zA-Z0-9:-]*", text[i:])
        self.put(m.group())
        self.to("name", tag=self.place.tag + m.group().lower())
        j = i + m.end()
        if j == len(text):
            return j
        self.to("glue")
        return j

    def in_glue(self, text, i, _last):
        if not re.match(r"[\s/>]", text[i]):
            self.fail("space is needed between attributes")
        self.to("gap")
        return i

    def in_gap(self, text, i, _last):
        m = re.match(r"\s*", text[i:])
        j = i + m.end()
        if j == len(text) or text[j] not in ">/":
            if m.group():
                self.put(" ")
        if j == len(text):
            return j
        c = text[j]
        if c == ">":
            self.put(">")
            self.close()
            return j + 1
        if c == "/":
            self.put("/")
            return j + 1
        if c in "\"'=<":
            self.fail(f"{c} is out of place in the tag <{self.place.tag}>")
        self.to("attr", attr="")
        return j

    def in_attr(self, text, i, _last):
        m = re.match(r"[^\s/>=\"'<]*", text[i:])
        self.put(m.group())
        self.to("attr", attr=(self.place.attr + m.group()).lower())
        j = i + m.end()
        if j < len(text) and text[j] == "=":
            self.put("=")
            self.to("equals", attr=self.place.attr)
            return j + 1
        if j < len(text):
            self.to("glue")
        return j

    def in_equals(self, text, i, _last):
        if text[i] not in "\"'":
            self.fail(f'the value of "{self.place.attr}" is not in quotes')
        self.put(text[i])
        self.to("value", attr=self.place.attr, quote=text[i])
        return i + 1

    def in_value(self, text, i, _last):
        p = self.place
        j = text.find(p.quote, i)
        end = len(text) if j < 0 else j
        value = text[i:end]
        if p.attr in URL_ATTRIBUTES and p.filled == "no" and re.match(r"\s*(javascript|data|vbscript):", value, re.I):
            self.fail(f'a script or data link in "{p.attr}"')
        self.put(value)
        if j < 0:
            if value:
                self.to("value", attr=p.attr, quote=p.quote, filled="yes")
            return end
        self.put(p.quote)
        self.to("quoted")
        return j + 1

    def in_quoted(self, _text, i, _last):
        self.to("glue")
        return i

    def close(self):
        """A tag has ended."""
        p = self.place
        self.block = p.tag in BLOCKS
        keep = p.keep
        if p.tag in KEEP_SPACE:
            keep = not p.closing
        if not p.closing and p.tag in RAW_TAGS:
            self.place = Place("raw", p.tag)
        elif not p.closing and p.tag in TEXT_TAGS:
            self.place = Place("rcdata", p.tag, keep=keep)
        else:
            self.place = Place("text", keep=keep and not (p.closing and p.tag in KEEP_SPACE))

    def until_close(self, text, i):
        """Through to </tag, or to the end of the text."""
        m = re.compile(rf"</(?={re.escape(self.place.tag)}[\s/>])", re.I).search(text, i)
        if not m:
            self.put(text[i:])
            return len(text)
        self.put(text[i:m.start()] + "</")
        self.to("name", tag="", closing=True)
        return m.end()

    in_raw = in_rcdata = lambda self, text, i, _last: self.until_close(text, i)
