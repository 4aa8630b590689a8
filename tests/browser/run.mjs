// SPDX-License-Identifier: AGPL-3.0-or-later
// The journey in a browser: a person hands in, an office deals with it, she reads the answer, the leader opens the period.
// On a desktop and a phone, with scripts and without, in three languages. Every page met goes through axe and vnu.
import { Visitor, Program, catalogue, check, skip, sum, points, png, pdf, validate, PHONE, OFFICE } from "./world.mjs";
import { prepare, handIn, openMatter, search, track, counter } from "./steps.mjs";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
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
prepare([png(scratch), pdf(scratch)]);

program.run("init", "--demo", "--cases", "150", "--seed", "7");
program.account("tiepdan.thu", "Nguyễn Thị Tiếp", "reception");
program.account("giaiquyet.thu", "Trần Văn Giải", "settling");
program.account("chutich.thu", "Lê Thị Chủ", "leader");
program.account("giamsat.thu", "Phạm Văn Giám", "supervisor");
await program.serve();
const open = (more) => Visitor.open(browser, program, more);

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

// ---- running ----

const parts = { complaint, feedback, denunciation };
// Every file of journeys/ is one more: its default export is given { program, browser, open, said } and uses steps.mjs and world.mjs.
for (const file of readdirSync(new URL("journeys/", import.meta.url)).filter((f) => f.endsWith(".mjs")).sort()) {
  const journey = (await import(`./journeys/${file}`)).default;
  parts[file.replace(".mjs", "")] = () => journey({ program, browser, open, said });
}
const only = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) {
  if (only.length && !only.some((o) => name.startsWith(o))) continue;
  const from = Date.now();
  try {
    await part();
  } catch (e) {
    check(false, name, `${e.message}\n${(e.stack ?? "").split("\n").filter((l) => l.includes("/browser/")).slice(0, 3).join("\n")}`);
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
