// SPDX-License-Identifier: AGPL-3.0-or-later
// A notice from the form to the paper: drafted, previewed, issued, checked by anybody, read by the person, replaced.
import { check, DESKTOP, PHONE, OFFICE } from "../world.mjs";
import { handIn, openMatter, track } from "../steps.mjs";

async function issue(desk, number, form, fill) {
  await openMatter(desk, number);
  await desk.press("main a[href$='/documents']");
  await desk.shot("forms");
  const details = desk.page.locator("details.act:not([open])", { has: desk.page.locator(`input[name=form][value=${form}]`) });
  if (await details.count()) await details.first().locator("summary").click();
  await desk.press(`main form:has(input[name=form][value=${form}]) button`);
  await desk.has("DỰ THẢO", "a draft says that it is one:");
  await desk.shot("draft");
  for (const [name, text] of Object.entries(fill)) await desk.page.fill(`#a-${name}`, text);
  await desk.press("main button[value=save]");
  for (const text of Object.values(fill)) await desk.has(text, "the preview has what was typed:");
  await desk.press("main button[value=issue]");
  await desk.shot("issued");
  return (await desk.page.locator("main a[href^='/verify/']").textContent()).trim();
}

export default async function ({ program, open }) {
  program.account("vanthu.thu", "Nguyễn Thị Văn Thư", "leader");
  const she = await open({ lang: "vi", screen: PHONE, js: false, name: "papers" });
  const m = await handIn(she, { kind: "complaint.first", title: "Quyết định xử phạt số 7", body: "Tôi không đồng ý với mức phạt trong quyết định số 7.", name: "Đặng Thị Giấy" });
  const desk = await open({ lang: "vi", screen: DESKTOP, js: true, name: "clerk" });
  await desk.signIn("vanthu.thu");
  const code = await issue(desk, m.number, "petition_receipt", { condition: "bản chính, còn nguyên vẹn" });
  check(/^[0-9A-Z]{12}$/.test(code), `${desk.label}: a code to check it`, code);
  const print = desk.page.locator("main a[href$='/print']");
  await desk.press(print);
  await desk.has("GIẤY BIÊN NHẬN", "the sheet is");
  await desk.page.emulateMedia({ media: "print" });
  check(!await desk.page.locator("main a.b").first().isVisible(), `${desk.label}: no button is printed`);
  await desk.shot("sheet");
  await desk.page.emulateMedia({ media: null });
  await desk.go("/desk/documents");
  await desk.has("BN-UBND", "the register holds");
  await desk.shot("register");
  await desk.go("/desk/documents?drafts=1");

  for (const lang of ["vi", "fr", "en"]) {
    const v = await open({ lang, screen: lang === "vi" ? PHONE : DESKTOP, js: lang === "fr", name: `check-${lang}` });
    await v.go("/verify");
    await v.page.fill("#f-code", `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`.toLowerCase());
    await v.press("main form[action='/verify'] button.b");
    await v.has("BN-UBND", "anybody finds");
    check(!(await v.text()).includes("Đặng Thị Giấy"), `${v.label}: and learns no name`);
    await v.shot("verified");
    await v.page.fill("#f-code", "0000-0000-0000");
    await v.page.fill("#f-hash", "");
    await v.press("main form[action='/verify'] button.b");
    await v.count(".errors a[href='#f-code']", 1, "a wrong code is told at its field");
    await v.close();
  }

  await track(she, m.code);
  await she.press("main a[href='/track/documents']");
  await she.has("Giấy biên nhận đơn", "she finds");
  await she.shot("hers");
  await she.press("main .files a[href^='/track/documents/']");
  await she.has("Đặng Thị Giấy", "her paper has");
  await she.shot("her-sheet");
  await she.close();
  await desk.close();
}
