// SPDX-License-Identifier: AGPL-3.0-or-later
// The journey in a browser: a person hands in, an office deals with it, she reads the answer, the leader opens the period.
// On a desktop and a phone, with scripts and without, in three languages. Every page met goes through axe and vnu.
import { Visitor, Program, catalogue, check, skip, sum, points, png, pdf, validate, DESKTOP, PHONE, OFFICE, UNIT, PASSWORD } from "./world.mjs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let chromium;
try {
  ({ chromium } = await import("playwright-core"));
} catch (e) {
  skip(e.message.split("\n")[0]);
  console.log(sum());
  process.exit(0);
}
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const began = Date.now();
const program = new Program();
const said = { vi: catalogue("vi"), fr: catalogue("fr"), en: catalogue("en") };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
const scratch = mkdtempSync(join(tmpdir(), "dinh-hand-in-"));
const files = [png(scratch), pdf(scratch)];

program.run("init", "--demo", "--cases", "150", "--seed", "7");
program.account("tiepdan.thu", "Nguyễn Thị Tiếp", "reception");
program.account("giaiquyet.thu", "Trần Văn Giải", "settling");
program.account("chutich.thu", "Lê Thị Chủ", "leader");
program.account("giamsat.thu", "Phạm Văn Giám", "supervisor");
await program.serve();
const open = (more) => Visitor.open(browser, program, more);

// ---- parts of the journey ----

/** The same units for every way of typing a name. */
async function search(v) {
  const found = [];
  for (const q of ["phan rang", "Phan Rang", "PHAN RANG", "Phan Rang".normalize("NFD"), "phường phan rang".normalize("NFD")]) {
    await v.go("/");
    await v.page.fill("#q", q);
    await v.press("form.search button");
    found.push((await v.page.locator("main .news > li > a").allTextContents()).join("; "));
  }
  check(found[0].length > 0 && found.slice(0, 4).every((x) => x === found[0]), `${v.label}: the same units however it is typed`, found.join(" ≠ "));
  check(found[4].includes("Phan Rang"), `${v.label}: with its kind, in decomposed Unicode`, found[4]);
  await v.press(v.page.locator(`main .news a[href="/units/${UNIT}"]`));
  await v.has("Kinh Dinh", "the page of a commune says what it succeeds:");
  await v.count(`main a[href*="/units/"][href$="/published"], main a[href^="/published"]`, undefined, "a way to what it has published");
  await v.shot("unit");
}

/** The wizard from the commune to the receipt; gives number and code. */
async function handIn(v, { kind, title, body, name, attach = false, correct = false }) {
  await v.go("/submit");
  await v.page.fill("main input[name=q]", "phan rang");
  await v.press("main form.search button");
  await v.press(`main a[href="/submit?office=${OFFICE}"]`);
  await v.shot("kinds");
  await v.press(`main a[href$="kind=${kind}"]`);
  await v.shot("form");
  if (correct) { // what is wrong is said at its field, and nothing typed is lost
    await v.page.fill("#f-title", title);
    await v.press("main form[action='/submit/check'] > button.b, main form[action='/submit/check'] p button.b");
    await v.count(".errors a[href='#f-body']", 1, "the summary leads to the field");
    check(await v.page.inputValue("#f-title") === title, `${v.label}: what was typed is kept`);
    if (v.js) check(await v.page.evaluate(() => document.activeElement.classList.contains("errors")), `${v.label}: the summary has the focus`);
    await v.shot("errors");
  }
  await v.page.fill("#f-title", title);
  await v.page.fill("#f-body", body);
  await v.page.check(`[name=petitioner][value=${name ? "individual" : "anonymous"}]`);
  if (name) {
    await v.page.fill("#f-name", name);
    await v.page.fill("#f-phone", "0901 234 567");
  }
  if (attach) await v.page.setInputFiles("#f-files", files);
  if (v.js) await v.page.waitForTimeout(500); // drafts are saved when typing rests
  await v.press("main form[action='/submit/check'] > button.b, main form[action='/submit/check'] p button.b");
  await v.has(title, "the answers to check have");
  if (attach) await v.count(".files li", 2, "both attachments are listed");
  await v.shot("check");
  if (v.js && !kind.startsWith("denunciation")) check(await v.page.evaluate(() => sessionStorage.length) > 0, `${v.label}: a draft was saved in the tab`);
  if (kind.startsWith("denunciation")) check(await v.page.evaluate(() => sessionStorage.length) === 0, `${v.label}: no draft of a denunciation is left in the browser`);
  if (correct) { // she goes back to correct it; everything is still there
    await v.press("button[value=edit]");
    check((await v.page.inputValue("#f-body")).trim() === body, `${v.label}: her text is in the form again`);
    if (attach) await v.count(".files li", 2, "the attachments are still there");
    await v.press("main form[action='/submit/check'] > button.b, main form[action='/submit/check'] p button.b");
    if (attach) await v.count(".files li", 2, "and are not doubled");
  }
  await v.press("main form[action='/submit/send'] button.b:not(.quiet)");
  const number = (await v.page.locator(".number").textContent()).trim();
  const code = (await v.page.locator(".code output").textContent()).trim();
  check(/^[\w.-]+-\d{4}-\d+$/.test(number), `${v.label}: a number`, number);
  check(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){4}$/.test(code), `${v.label}: a code`, code);
  await v.count("svg.qr[role=img]", 1, "a QR code");
  await v.page.emulateMedia({ media: "print" });
  check(await v.page.locator(".code").isVisible() && await v.page.locator("svg.qr").isVisible() && !await v.page.locator("header.top nav.main").isVisible(),
    `${v.label}: the printed receipt has code and QR, no navigation`);
  await v.shot("receipt-print");
  await v.page.emulateMedia({ media: null });
  await v.shot("receipt");
  return { number, code, title };
}

/** The matter at the desk, found by its number. */
async function openMatter(v, number) {
  await v.go(`/desk/search?q=${number}&view=all`);
  await v.press(v.page.locator("td a.go", { hasText: number }));
}

async function track(v, code) {
  await v.go("/track");
  await v.page.fill("#f-code", code.toLowerCase());
  await v.press("main form[action='/track'] button.b");
  check(v.where() === "/track/matter", `${v.label}: the code opens the matter`, v.where());
}

/** Tab until the element has the focus; counts the keys. */
async function tabTo(v, selector, most = 40) {
  for (let k = 0; k < most; k++) {
    if (await v.page.evaluate((s) => document.activeElement.matches(s), selector)) return true;
    await v.page.keyboard.press("Tab");
  }
  return check(false, `${v.label} ${v.where()}: ${selector} is reached by the Tab key`);
}

/** Arrow keys in a list until the choice begins so. */
async function pick(v, words, most = 12) {
  for (let k = 0; k < most; k++) {
    if (await v.page.evaluate((w) => document.activeElement.selectedOptions[0].text.startsWith(w), words)) return true;
    await v.page.keyboard.press("ArrowDown");
  }
  return check(false, `${v.label} ${v.where()}: “${words}” is reached by the arrow keys`);
}

/** A paper petition entered with the keyboard alone; the receipt's number. */
async function counter(v, { title, body, name, subject = "Đất", kindKey, duplicate }) {
  const keys = v.page.keyboard, start = Date.now();
  await v.go("/desk");
  if (v.js) {
    await v.follow(() => keys.press("n"));
    await v.look();
  } else await v.go("/desk/intake");
  await tabTo(v, "#f-kind");
  await pick(v, kindKey);
  await tabTo(v, "#f-title");
  await keys.insertText(title);
  await tabTo(v, "#f-body");
  await keys.insertText(body);
  await tabTo(v, "#f-subject");
  await pick(v, subject);
  await tabTo(v, "#f-name");
  await keys.insertText(name);
  await tabTo(v, "#f-address");
  await keys.insertText("Khu phố 3");
  await v.shot("intake");
  await tabTo(v, "main form[action='/desk/intake'] button");
  await v.follow(() => keys.press("Enter"));
  await v.look();
  if (duplicate) {
    await v.has(duplicate, "the likely duplicate is shown:");
    await v.shot("duplicates");
    await tabTo(v, "#f-seen");
    await keys.press("Space");
    await tabTo(v, "main form[action='/desk/intake'] button");
    await v.follow(() => keys.press("Enter"));
    await v.look();
  }
  const number = await v.page.locator(".number").textContent({ timeout: 2000 }).catch(() => null);
  check(number, `${v.label}: registered at the counter by keyboard alone`, number ?? await v.text().then((t) => t.slice(0, 400)));
  check(Date.now() - start < 120_000, `${v.label}: in under two minutes`);
  return number?.trim();
}

const due = (v) => v.page.evaluate(() => [...document.querySelectorAll("tbody tr td:nth-child(6) .nowrap")].map((e) => e.textContent.trim()));
const iso = (d) => d.includes("/") ? d.split("/").reverse().join("-") : d;

/** The queue's nearest deadline stands first. */
async function ordered(v) {
  await v.go("/desk");
  const days = (await due(v)).map(iso);
  check(days.length > 0 && days.every((d, i) => !i || d >= days[i - 1]), `${v.label}: the queue is ordered by deadline`, days.join(" "));
  await v.shot("queue");
}

// ---- the complaint: through both instances, published ----

async function complaint() {
  const she = await open({ lang: "vi", name: "person" });
  await firstVisit(she);
  await search(she);
  const m = await handIn(she, { kind: "complaint.first", title: "Quyết định thu hồi đất sai diện tích",
    body: "Quyết định số 12 ghi thu hồi 200 m² nhưng thửa đất của gia đình tôi chỉ có 150 m², biên bản đo đạc kèm theo.",
    name: "Đàng Thị Mỹ Linh", attach: true, correct: true });
  await she.go(`/submit/new?office=${OFFICE}&kind=complaint.first`);
  check(await she.page.inputValue("#f-body") === "", "person: no draft is left behind once it is sent", await she.page.inputValue("#f-body"));

  const desk = await open({ lang: "vi", name: "desk" });
  await desk.go("/desk");
  check(desk.where() === "/sign-in", "desk: whoever is not signed in is asked to", desk.where());
  await desk.signIn("tiepdan.thu");
  await ordered(desk);
  const paper = await counter(desk, { title: "Quyết định thu hồi đất sai diện tích", kindKey: "Khiếu nại",
    body: "Quyết định số 12 ghi thu hồi 200 m² nhưng thửa đất của gia đình tôi chỉ có 150 m², biên bản đo đạc kèm theo.",
    name: "Đàng Thị Mỹ Linh", duplicate: m.number });
  await openMatter(desk, m.number);
  await desk.count("a[href^='/desk/files/']", 2, "attachments");
  await desk.has("Đàng Thị Mỹ Linh");
  await desk.shot("matter");
  await desk.act("classify", { subject: 1 });
  await desk.act("accept", { subject: 1 });
  if (paper) {
    await openMatter(desk, paper);
    await desk.act("refuse", { subject: 1, ground: 1, note: "Quyết định không trực tiếp tác động đến quyền của người khiếu nại." });
    await desk.count("details.act:has([value=accept])", 0, "a refused matter is accepted no more");
    await desk.shot("refused");
  }
  await settle(m);
  await afterwards(she, m);
  await publish(m);
  await she.go(`/published?q=${encodeURIComponent("dien tich")}`);
  await she.count("tbody a[href^='/published/']", undefined, "the published result is found without tones");
  await she.close();
  await desk.close();
}

async function settle(m) {
  const settling = await open({ lang: "vi", name: "settling" });
  const leader = await open({ lang: "vi", name: "leader" });
  await settling.signIn("giaiquyet.thu");
  await openMatter(settling, m.number);
  await settling.act("draft", { text: "Qua kiểm tra, diện tích thu hồi đúng là 150 m².", decision: 1 });
  await settling.act("submit");
  await leader.signIn("chutich.thu");
  await openMatter(leader, m.number);
  await leader.act("return", { note: "Nêu rõ căn cứ đo đạc." });
  await openMatter(settling, m.number);
  await settling.has("Nêu rõ căn cứ đo đạc.", "the leader's remark:");
  await settling.act("draft", { text: "Căn cứ biên bản đo đạc ngày 01/7/2026, diện tích thu hồi là 150 m²; sửa Quyết định số 12. Trả lời bà Đàng Thị Mỹ Linh.", decision: 1 });
  await settling.act("submit");
  await openMatter(leader, m.number);
  await leader.act("approve", { decision: 1 });
  await leader.act("send");
  await leader.shot("sent");
  await settling.close();
  await leader.close();
}

async function afterwards(she, m) {
  await track(she, m.code);
  await she.has(m.number);
  await she.has("sửa Quyết định số 12", "the answer:");
  await she.count("ol.way > li", undefined, "a timeline");
  await she.shot("track");
  await she.page.check("#s4");
  await she.page.fill("#rate-note", "Trả lời rõ ràng.");
  await she.press("form[action='/track/rate'] button");
  await she.has(said.vi["case.track.done"]);
  await she.act("appeal", { note: "Tôi chưa đồng ý với phần bồi thường." });
  await she.count("main li a[href^='/track/matter']", undefined, "the second instance has a number of its own");
  const why = she.page.locator("main a[href^='/clock?']").first();
  if (await why.count()) {
    await she.press(why);
    await she.count("ol.days li", undefined, "the clock explains each day");
    await she.shot("clock");
    await she.go("/track/matter");
  }
  await she.press("form[action='/track/leave'] button");
  await she.go("/track/matter");
  check(she.where() === "/track", "person: the browser forgets the matter when she leaves", she.where());
}

async function publish(m) {
  const leader = await open({ lang: "vi", name: "publisher" });
  await leader.signIn("chutich.thu");
  await openMatter(leader, m.number);
  await leader.press("a[href$='/publish']");
  await leader.count("section[role=alert] mark", undefined, "what would give her away is marked");
  await leader.shot("publish");
  await leader.page.fill("#f-answer", "Căn cứ biên bản đo đạc, diện tích thu hồi là 150 m²; sửa Quyết định số 12.");
  await leader.press("button[value=preview]");
  await leader.count("section.preview", 1, "the preview");
  await leader.count("section[role=alert] mark", 0, "nothing gives her away any more");
  await leader.shot("preview");
  await leader.press("button[value=publish]");
  check(leader.where().startsWith("/published/"), "publisher: it is public", leader.where());
  const text = await leader.text();
  check(!text.includes("Mỹ Linh"), "publisher: her name is not on the public page");
  await leader.shot("published");
  await leader.go("/desk/reviews");
  await leader.shot("reviews");
  const now = new Date(), period = `${now.getFullYear()}-Y`;
  const link = leader.page.locator(`tbody a[href*="${period}"]`);
  await leader.press(await link.count() ? link.first() : leader.page.locator("tbody a").first());
  await leader.has("02/XLD");
  await leader.shot("form-02");
  const figure = leader.page.locator("tbody a[href*='/desk/reviews/list']").first();
  if (check(await figure.count() > 0, "publisher: form 02/XLD has figures that open")) {
    await leader.press(figure);
    await leader.count("tbody tr", undefined, "the matters behind a figure");
  }
  await leader.close();
}

/** What a first visit of the front page brings over. */
async function firstVisit(v) {
  const cdp = await v.context.newCDPSession(v.page);
  let bytes = 0;
  await cdp.send("Network.enable");
  cdp.on("Network.loadingFinished", (e) => { bytes += e.encodedDataLength; });
  await v.go("/");
  await v.page.waitForLoadState("networkidle");
  const icon = await v.page.evaluate(() => fetch(document.querySelector("link[rel=icon]").href).then((r) => r.arrayBuffer()).then((b) => b.byteLength));
  check(bytes > 3000 && bytes + icon <= 60 * 1024, "the first visit brings at most 60 KB", `${bytes} + ${icon} bytes`);
  console.log(`first visit: ${bytes + icon} bytes`);
  await v.shot("home");
  await cdp.detach();
}

// ---- feedback on a phone without scripts, in English; answered, rated, reopened ----

async function feedback() {
  const she = await open({ lang: "en", screen: PHONE, js: false, name: "person" });
  await search(she);
  const m = await handIn(she, { kind: "feedback", title: "Street lights are out", body: "All lights of Thong Nhat street have been out since Sunday evening.", attach: true, correct: true });
  const desk = await open({ lang: "en", screen: PHONE, js: false, name: "desk" });
  await desk.signIn("chutich.thu");
  await ordered(desk);
  await openMatter(desk, m.number);
  await desk.shot("matter");
  await desk.act("accept", { subject: 1 });
  const settling = await open({ lang: "en", screen: PHONE, js: false, name: "settling" });
  await settling.signIn("giaiquyet.thu");
  await openMatter(settling, m.number);
  await settling.act("draft", { text: "The lamps are ordered; work begins on Monday.", decision: 1 });
  await settling.act("submit");
  await settling.close();
  await openMatter(desk, m.number);
  await desk.act("approve", { decision: 1 });
  await desk.act("send");
  await track(she, m.code);
  await she.has("work begins on Monday");
  await she.page.check("#s2");
  await she.press("form[action='/track/rate'] button");
  await she.act("reopen", { note: "Nothing has been done." });
  await she.has(said.en["case.track.done"]);
  await she.shot("track");
  await openMatter(desk, m.number);
  await desk.count("details.act:has([value=draft])", 1, "reopened, it is to be answered again");
  await she.close();
  await desk.close();
}

// ---- a denunciation without a name, in French on a phone; guided and forwarded at the desk ----

async function denunciation() {
  const she = await open({ lang: "fr", screen: PHONE, name: "person", dark: true });
  const m = await handIn(she, { kind: "denunciation", title: "Argent perçu sans reçu", body: "Un agent a demandé de l’argent pour un certificat, sans reçu.", name: "Chamaléa Thị Bí Mật" });
  await she.close();
  const desk = await open({ lang: "fr", name: "desk" });
  await desk.signIn("tiepdan.thu");
  const guided = await counter(desk, { title: "Demande de bourse d’études", kindKey: "Proposition", subject: "Autre", body: "Demande d’aide pour les études de ma fille à l’université de la province.", name: "Pi Năng Thị Hà" });
  if (guided) {
    await openMatter(desk, guided);
    await desk.act("guide", { ground: 1, note: "Adressez-vous au service de l’éducation de la province." });
    await desk.count("details.act:has([value=accept])", 0, "a guided matter is closed");
  }
  const moved = await counter(desk, { title: "Déchets au bord de la rivière", kindKey: "Signalement", subject: "Autre", body: "Des sacs sont jetés chaque nuit sur la berge, près du pont de la commune voisine.", name: "Pi Năng Thị Hà" });
  if (moved) await forward(desk, moved);
  await desk.go("/desk?view=all");
  const text = await desk.text();
  check(!text.includes("Bí Mật") && !text.includes("Argent perçu"), "desk: the queue of all shows nothing of a denunciation but its number");
  check(text.includes(m.number), "desk: which is there", m.number);
  await desk.close();
}

async function forward(desk, number) {
  await openMatter(desk, number);
  const to = await desk.page.locator("details.act:has([value=forward]) select[name=office] option").evaluateAll((all) =>
    all.map((o) => ({ id: o.value, name: o.textContent })).filter((o) => o.id.endsWith("01") && o.id.startsWith("20252227")));
  if (!check(to.length > 0, "desk: a neighbouring commune can be chosen", to.length)) return;
  await desk.act("forward", { office: to[0].id });
  await desk.shot("forwarded");
  program.account("tiepdan.khac", "Katơr Thị Xa", "reception", to[0].id);
  const other = await open({ lang: "fr", name: "receiver" });
  await other.signIn("tiepdan.khac");
  const row = other.page.locator("tbody tr", { hasText: "Déchets" });
  if (check(await row.count() === 1, `receiver: ${to[0].name} has it in its queue`)) {
    await other.press(row.locator("a.go"));
    const own = (await other.page.locator("h1").textContent()).split(" ")[0];
    check(own !== number && /-\d{4}-\d+$/.test(own), "receiver: a number of its own", own);
    await other.has(number, "the link to where it came from:");
    await other.count(".due", 1, "its own clock");
    await other.go(desk.where());
    await other.count(".sorry", 1, "the sender's register is closed to it");
  }
  await other.close();
}

// ---- every page that can be read, in each language, both widths ----

async function sweep(lang, screen, js) {
  const v = await open({ lang, screen, js, name: "sweep", dark: lang === "en" });
  const pages = ["/", "/help/kinds", "/accessibility", "/privacy", "/units", `/units/${UNIT}`, "/units/2025:P56", "/units/2024:D582", "/search?q=ninh", "/search?q=zzzz",
    "/clock", "/clock?procedure=complaint.first&step=settle&start=2026-07-06", "/rules", "/submit", `/submit?office=${OFFICE}`,
    `/submit/new?office=${OFFICE}&kind=recommendation`, "/track", "/published", `/units/${UNIT}/published`, "/sign-in", "/nothing-here"];
  for (const path of pages) {
    await v.go(path);
    await v.shot("sweep" + path.replace(/\W+/g, "-").slice(0, 40));
  }
  const home = await v.page.goto(program.base + "/published").then(() => v.page.locator("tbody a").first());
  if (await home.count()) await v.press(home);
  await v.page.goto(program.base + "/track");
  await v.page.fill("#f-code", "ABCD-EFGH-JKMN-PQRS-TVWX");
  await v.press("main form[action='/track'] button.b");
  await v.count(".errors", 1, "an unknown code is said");
  await v.signIn("giamsat.thu");
  for (const path of ["/desk", "/desk?view=late", "/desk?view=all", "/desk/search?q=zzzz", "/desk/intake", "/desk/reviews", "/account", "/account/totp"]) {
    await v.go(path);
    await v.shot("sweep" + path.replace(/\W+/g, "-").slice(0, 40));
  }
  await v.close();
}

// ---- running ----

const parts = { complaint, feedback, denunciation,
  "sweep vi phone": () => sweep("vi", PHONE, true), "sweep fr desktop": () => sweep("fr", DESKTOP, false), "sweep en phone": () => sweep("en", PHONE, false) };
const only = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) {
  if (only.length && !only.some((o) => name.startsWith(o))) continue;
  const from = Date.now();
  try {
    await part();
  } catch (e) {
    check(false, name, `${e.message}\n${(e.stack ?? "").split("\n").filter((l) => l.includes("run.mjs")).slice(0, 3).join("\n")}`);
  }
  console.log(`${name}: ${((Date.now() - from) / 1000).toFixed(1)} s`);
}
await browser.close();
validate(program.room);
check(!/level=error/.test(program.log), "the server logged no error", program.log.split("\n").filter((l) => l.includes("level=error")).slice(0, 3).join("\n"));
await program.stop();
rmSync(scratch, { recursive: true, force: true });
console.log(`in ${((Date.now() - began) / 1000).toFixed(0)} s`);
console.log(sum());
process.exit(points.failed ? 1 : 0);
