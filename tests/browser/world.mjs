// SPDX-License-Identifier: AGPL-3.0-or-later
// A server with its data, a browser, and what is asked of every page that is met.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
export const source = process.env.DINH_SOURCE ?? join(here, "..", "..");
export const bin = process.env.DINH_BIN ?? join(source, "build", "dinh");
export const OFFICE = 202522275901; // the ward of Phan Rang
export const UNIT = "2025:22759";
export const PASSWORD = "một mật khẩu thử 2026";
export const PHONE = { width: 360, height: 740 };
export const DESKTOP = { width: 1280, height: 900 };
const screens = join(source, "build", "screens");

// ---- counting ----

export const points = { passed: 0, failed: 0, skipped: 0 };
const said = new Set();

export function check(good, what, more = "") {
  if (good) points.passed++;
  else if (!said.has(what + more)) { // the same fault on the same page is one
    said.add(what + more);
    points.failed++;
    console.log(`FAILED ${what}${more ? ": " + String(more).slice(0, 700) : ""}`);
  }
  return Boolean(good);
}

export function skip(why) {
  points.skipped++;
  console.log(`skipped: ${why}`);
}

export const sum = () =>
  `${points.passed} passed, ${points.failed} failed${points.skipped ? `, ${points.skipped} skipped` : ""}`;

// ---- the program ----

const freePort = () => new Promise((resolve) => {
  const s = createServer().listen(0, "127.0.0.1", () => {
    const { port } = s.address();
    s.close(() => resolve(port));
  });
});

export class Program {
  room = mkdtempSync(join(tmpdir(), "dinh-browser-"));
  data = join(this.room, "d");
  log = "";

  run(...args) {
    return execFileSync(bin, ["--data", this.data, ...args.map(String)], { encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
  }

  account(login, name, role, office = OFFICE, ...more) {
    execFileSync(bin, ["--data", this.data, "user", "add", login, "--name", name, "--role", role, "--office", String(office),
      ...more, "--password-stdin"], { input: PASSWORD + "\n", stdio: ["pipe", "pipe", "pipe"] });
  }

  holder(login, secret, office = OFFICE) {
    execFileSync(bin, ["--data", this.data, "holders", "add", login, "--office", String(office)], { input: secret + "\n", stdio: ["pipe", "pipe", "pipe"] });
  }

  async serve() {
    this.port = await freePort();
    this.base = `http://127.0.0.1:${this.port}`;
    this.child = spawn(bin, ["--data", this.data, "serve", "--listen", `127.0.0.1:${this.port}`, "--rate", "-1"], { stdio: ["ignore", "ignore", "pipe"] });
    await new Promise((resolve, reject) => {
      this.child.stderr.on("data", (d) => { this.log += d; if (this.log.includes("http://")) resolve(); });
      this.child.on("exit", (code) => reject(new Error(`serve ended with ${code}: ${this.log}`)));
    });
  }

  async stop() {
    if (this.child && this.child.exitCode === null) {
      const over = new Promise((resolve) => this.child.on("exit", resolve));
      this.child.kill("SIGTERM");
      check(await over === 0, "the server ends with exit code 0");
    }
    rmSync(this.room, { recursive: true, force: true });
  }
}

/** message id → text, from the sources of a language. */
export function catalogue(lang) {
  const out = {}, dir = join(source, "locale", lang);
  let key, into;
  for (const name of readdirSync(dir).filter((n) => n.endsWith(".po")))
    for (const line of readFileSync(join(dir, name), "utf8").split("\n")) {
      const m = /^(?:(msgid|msgstr(?:\[0\])?) )?"(.*)"$/.exec(line);
      if (!m) continue;
      const text = JSON.parse(`"${m[2]}"`);
      if (m[1] === "msgid") { key = text; into = null; }
      else if (m[1]) { out[key] = text; into = key; }
      else if (into) out[into] += text;
    }
  return out;
}

// ---- things to hand in ----

function crc(bytes) {
  let c = ~0;
  for (const b of bytes) { c ^= b; for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1)); }
  return ~c >>> 0;
}

export function png(room) {
  const part = (kind, content) => {
    const all = Buffer.concat([Buffer.from(kind, "latin1"), content]), out = Buffer.alloc(8 + all.length);
    out.writeUInt32BE(content.length, 0);
    all.copy(out, 4);
    out.writeUInt32BE(crc(all), 4 + all.length);
    return out;
  };
  const head = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0]);
  const path = join(room, "hàng rào.png");
  writeFileSync(path, Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), part("IHDR", head),
    part("IDAT", zlib.deflateSync(Buffer.alloc(72, 0x80))), part("IEND", Buffer.alloc(0))]));
  return path;
}

export function pdf(room) {
  const path = join(room, "đơn.pdf");
  writeFileSync(path, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
  return path;
}

// ---- the browser, and every page ----

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const looked = new Set();

/** One person at one screen. */
export class Visitor {
  static async open(browser, program, { lang = "vi", screen = DESKTOP, js = true, dark = false, name = "" } = {}) {
    const v = new Visitor();
    Object.assign(v, { program, lang, screen, js, label: `${name || lang}-${screen.width}${js ? "" : "-nojs"}` });
    v.context = await browser.newContext({ viewport: screen, locale: lang, javaScriptEnabled: js, colorScheme: dark ? "dark" : "light",
      extraHTTPHeaders: { "Accept-Language": lang }, hasTouch: screen.width < 600, permissions: ["clipboard-read", "clipboard-write"] });
    v.page = await v.context.newPage();
    v.page.setDefaultTimeout(10_000);
    v.source = new Map();
    v.page.on("console", (m) => {
      if (m.type() === "error" && !/Failed to load resource.*status of (4(09|13|22|03|04)|503)/.test(m.text()))
        check(false, `${v.label} ${v.where()}: the console is quiet`, m.text());
    });
    v.page.on("pageerror", (e) => check(false, `${v.label} ${v.where()}: no error in a script`, e.message));
    v.page.on("response", (r) => {
      const page = r.request().isNavigationRequest() || r.request().resourceType() === "xhr";
      if (page && (r.status() < 300 || r.status() >= 400))
        v.last = r.text().then((t) => ({ url: r.url(), html: t, status: r.status() }), () => null);
    });
    return v;
  }

  where() {
    return new URL(this.page.url() === "about:blank" ? "http://x/" : this.page.url()).pathname;
  }

  async go(path) {
    await this.page.goto(this.program.base + path);
    return this.look();
  }

  /** Presses what submits or follows, waits for the page that comes, looks at it. */
  async press(target) {
    const what = typeof target === "string" ? this.page.locator(target).first() : target;
    await this.follow(() => what.click());
    return this.look();
  }

  /** Does something, waits for the page that comes of it: by navigation, or put in place by a script (uploads). */
  async follow(deed) {
    if (!this.js) {
      await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), deed()]);
      return;
    }
    await this.page.evaluate(() => document.querySelector("main").setAttribute("data-before", ""));
    await deed();
    await this.page.waitForFunction(() => document.querySelector("main") && !document.querySelector("main[data-before]") && document.readyState === "complete");
    await this.page.waitForLoadState("load");
  }

  text() {
    return this.page.evaluate(() => document.body.innerText);
  }

  async has(what, why) {
    const text = await this.page.evaluate(() => document.body.textContent.replace(/\s+/g, " "));
    return check(text.includes(what), `${this.label} ${this.where()}: ${why ?? "has"} “${what}”`, text.slice(0, 300));
  }

  async count(selector, n, why) {
    const got = await this.page.locator(selector).count();
    return check(n === undefined ? got > 0 : got === n, `${this.label} ${this.where()}: ${why ?? selector} (${got})`);
  }

  /** What is asked of every page: language, width, axe; its source is kept for vnu. */
  async look() {
    const last = await this.last;
    const at = `${this.label} ${this.where()}`;
    const got = await this.page.evaluate(() => ({ lang: document.documentElement.lang,
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      far: [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map((e) => e.outerHTML.slice(0, 120)),
      h1: document.querySelectorAll("h1").length, title: document.title, main: document.querySelector("main")?.innerText.slice(0, 2000) ?? "" }));
    check(got.lang === this.lang, `${at}: <html lang> is ${this.lang}`, got.lang);
    check(got.wide <= 0, `${at}: no scrolling sideways`, `${got.wide} px; ${got.far.join(" ")}`);
    check(got.h1 === 1, `${at}: one <h1>`, got.h1);
    const kind = this.where().replace(/\d{3,}/g, "N").replace(/\/\d+/g, "/n");
    const key = `${kind} ${this.lang} ${this.screen.width} ${this.js} ${last?.status} ${got.title.replace(/\d+/g, "n")}`;
    if (last && last.html.startsWith("<!doctype html>")) keep(`${kind} ${this.lang} ${got.title.replace(/\d+/g, "n")} ${last.status}`, last.html);
    if (!looked.has(key)) {
      looked.add(key);
      await this.axe(at);
    }
    return this;
  }

  /** The same page as somebody without scripts gets it, in a tab where axe can run. */
  async bare() {
    if (!this.twin) {
      const context = await this.context.browser().newContext({ viewport: this.screen, locale: this.lang });
      this.twin = await context.newPage();
      await this.twin.route("**/*", async (r) => r.request().isNavigationRequest()
        ? r.fulfill({ body: (await this.last).html, contentType: "text/html; charset=utf-8" })
        : /dinh\.js/.test(r.request().url()) ? r.abort() : r.continue());
    }
    await this.twin.goto(this.page.url());
    return this.twin;
  }

  async axe(at) {
    const page = this.js ? this.page : await this.bare();
    await page.evaluate(axe);
    const bad = await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ["violations"] }))
      .violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`));
    for (const v of bad) check(false, `${at}: axe`, v);
    if (!bad.length) check(true, at);
  }

  async shot(name) {
    mkdirSync(screens, { recursive: true });
    await this.page.screenshot({ path: join(screens, `${name}-${this.label}.png`), fullPage: true });
  }

  async signIn(login) {
    await this.page.context().clearCookies();
    await this.go("/sign-in");
    await this.page.fill("#f-login", login);
    await this.page.fill("#f-password", PASSWORD);
    await this.press("main form button.b");
    check(!this.where().startsWith("/sign-in"), `${this.label}: ${login} is signed in`, this.where());
    return this;
  }

  /** An action of the matter's page: opens it, fills it, presses it. */
  async act(action, fill = {}) {
    const form = this.page.locator(`details.act:has(input[name=action][value=${action}])`);
    if (!check(await form.count() === 1, `${this.label} ${this.where()}: offers ${action}`)) return this;
    if (await form.getAttribute("open") === null) await form.locator("summary").click();
    for (const [name, value] of Object.entries(fill)) {
      const field = form.locator(`[name=${name}]`);
      const tag = await field.evaluate((e) => e.tagName);
      if (tag === "SELECT") await field.selectOption(typeof value === "number" ? { index: value } : value);
      else await field.fill(value);
    }
    return this.press(form.locator("button.b"));
  }

  async close() {
    if (this.twin) await this.twin.context().close();
    await this.context.close();
  }
}

// ---- vnu, once over all that was met ----

const kept = new Map();

function keep(key, html) {
  if (!kept.has(key)) kept.set(key, html);
}

export function validate(room) {
  const dir = join(room, "html");
  mkdirSync(dir);
  const names = [...kept.keys()];
  names.forEach((k, i) => writeFileSync(join(dir, `${i}.html`), kept.get(k)));
  let out;
  try {
    const jar = join(dirname(require.resolve("vnu-jar/package.json")), "build", "dist", "vnu.jar");
    out = execFileSync("java", ["-Xmx512m", "-jar", jar, "--format", "json", "--exit-zero-always", "--stdout", dir],
      { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
  } catch (e) {
    return skip(`vnu: ${e.message.split("\n")[0]}`);
  }
  const bad = new Map();
  for (const m of JSON.parse(out).messages) {
    if (m.type !== "error") continue;
    const n = Number(/(\d+)\.html$/.exec(m.url)[1]);
    bad.set(n, (bad.get(n) ?? []).concat(`${m.message} «${m.extract?.trim().slice(0, 150)}»`));
  }
  names.forEach((k, i) => check(!bad.has(i), `vnu ${k}`, (bad.get(i) ?? []).slice(0, 4).join(" / ")));
  console.log(`${names.length} pages through vnu`);
}
