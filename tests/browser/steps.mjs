// SPDX-License-Identifier: AGPL-3.0-or-later
// What people and officials do again and again, for every journey: search, hand in, track, find a matter, register one at the counter.
import { check, OFFICE, UNIT } from "./world.mjs";

/** What she attaches: set once, before the first journey. */
let files = [];
export const prepare = (attachments) => { files = attachments; };

/** The same units for every way of typing a name. */
export async function search(v) {
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
export async function handIn(v, { kind, title, body, name, attach = false, correct = false, marked = "" }) {
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
  if (marked) {
    await v.page.fill("#f-marked", marked);
    await v.page.setInputFiles("#f-own_files", files.slice(0, 1));
  }
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
  const form = kind.startsWith("denunciation") ? /^[0-9]{4}(-[0-9]{4}){3}$/ : /^[0-9A-Z]{4}(-[0-9A-Z]{4}){4}$/;
  check(form.test(code), `${v.label}: a code`, code);
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
export async function openMatter(v, number) {
  await v.go(`/desk/search?q=${number}&view=all`);
  await v.press(v.page.locator("td a.go", { hasText: number }));
}

export async function track(v, code) {
  await v.go("/track");
  await v.page.fill("#f-code", code.toLowerCase());
  await v.press("main form[action='/track'] button.b");
  check(v.where() === "/track/matter", `${v.label}: the code opens the matter`, v.where());
}

/** Tab until the element has the focus; counts the keys. */
export async function tabTo(v, selector, most = 40) {
  for (let k = 0; k < most; k++) {
    if (await v.page.evaluate((s) => document.activeElement.matches(s), selector)) return true;
    await v.page.keyboard.press("Tab");
  }
  return check(false, `${v.label} ${v.where()}: ${selector} is reached by the Tab key`);
}

/** Arrow keys in a list until the choice begins so. */
export async function pick(v, words, most = 12) {
  for (let k = 0; k < most; k++) {
    if (await v.page.evaluate((w) => document.activeElement.selectedOptions[0].text.startsWith(w), words)) return true;
    await v.page.keyboard.press("ArrowDown");
  }
  return check(false, `${v.label} ${v.where()}: “${words}” is reached by the arrow keys`);
}

/** A paper petition entered with the keyboard alone; the receipt's number. */
export async function counter(v, { title, body, name, subject = "Đất", kindKey, duplicate }) {
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
