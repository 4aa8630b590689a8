// SPDX-License-Identifier: AGPL-3.0-or-later
// The review of a period: prepared, explained, signed off, corrected by the office; the province sees who has sent and adds up.
import { check, DESKTOP, PHONE } from "../world.mjs";

const PROVINCE = 202510005601, PERIOD = "2026-9M";

async function explainAll(v) {
  const boxes = v.page.locator("main textarea[name^=why]");
  for (let i = 0; i < await boxes.count(); i++) await boxes.nth(i).fill("Đơn chuyển sang kỳ sau, đã đối chiếu sổ.");
}

// Every section that a person must write, of each text of the period.
async function writeTexts(v, rest = "") {
  await v.go(`/desk/reviews/text?period=${PERIOD}${rest}`);
  const tabs = Math.max(1, await v.page.locator("main nav.tabs a").count());
  for (let t = 0; t < tabs; t++) {
    if (tabs > 1) await v.page.locator("main nav.tabs a").nth(t).click();
    const boxes = v.page.locator("main textarea[name^=w-]");
    for (let i = 0; i < await boxes.count(); i++) await boxes.nth(i).fill("Tình hình ổn định, không phát sinh điểm nóng.");
    if (t === 0) await v.shot("text");
    await v.press("main form button.b");
  }
}

async function commune(open) {
  const officer = await open({ lang: "vi", screen: PHONE, js: false, name: "review-officer" });
  await officer.signIn("tiepdan.thu");
  await officer.go("/desk/reviews");
  await officer.shot("start");
  await officer.go(`/desk/reviews/sheet?period=${PERIOD}`);
  await officer.press("main button[value=prepare]");
  await officer.count("main button[value=freeze]", 0, "an officer cannot sign off");
  await officer.shot("draft");
  await officer.go(`/desk/reviews/text?period=${PERIOD}`);
  await officer.shot("text");
  await officer.page.fill("#w-causes", "Do giá đất tăng.");
  await officer.press("main form button.b");
  await officer.close();
  const v = await open({ lang: "vi", screen: DESKTOP, js: true, name: "review-leader" });
  await v.signIn("chutich.thu");
  await v.go(`/desk/reviews/entry?period=${PERIOD}&form=06%2FQLKNTC`);
  await v.page.fill("#f-c4", "nhiều");
  await v.press("main form button.b");
  await v.count("#f-c4[aria-invalid]", 1, "a figure is a number");
  await v.page.fill("#f-c4", "12");
  await v.press("main form button.b");
  await v.has("Lê Thị Chủ", "who entered it:");
  await v.shot("entry");
  await v.go(`/desk/reviews/form?period=${PERIOD}&form=06%2FQLKNTC`);
  await v.has("Do cơ quan nhập", "an entered figure is marked:");
  await v.shot("form");
  await v.go(`/desk/reviews/form?period=${PERIOD}&form=DC%2F11`);
  await v.count("main td.num a[href*='form=DC%2F11']", undefined, "an indicator opens to its matters");
  await v.shot("indicators");
  const csv = await v.page.request.get(await v.page.locator("main a[href*='form.csv']").evaluate((a) => a.href));
  check((await csv.text()).split("\n").length >= 3, "review-leader: the form as CSV");
  await v.go(`/desk/reviews/entry?period=${PERIOD}&form=DC%2F03`);
  await v.shot("disclosed");
  await v.go(`/desk/reviews/sheet?period=${PERIOD}`);
  await v.shot("draft");
  await v.count("main button[value=freeze]", 0, "what must be written is not");
  await v.go(`/desk/reviews/text?period=${PERIOD}`);
  await v.count("main p a[href*='/desk/reviews/list']", undefined, "figures of the text open to their matters");
  check(await v.page.locator("#w-causes").inputValue() === "Do giá đất tăng.", "review-leader: what the officer wrote");
  await v.page.locator("input[name=seen-causes]").evaluate((x) => { x.value = "0123456789abcdef"; });
  await v.page.fill("#w-causes", "Do thời tiết.");
  await v.press("main form button.b");
  await v.count("#w-causes[aria-invalid]", 1, "what somebody else wrote meanwhile is not lost");
  await v.has("Do giá đất tăng.", "theirs is shown:");
  await v.shot("text-both");
  await writeTexts(v);
  const odt = await v.page.request.get(await v.page.locator("main a[href*='text.odt']").evaluate((a) => a.href));
  check((await odt.body()).subarray(0, 2).toString() === "PK", "review-leader: the text as a file");
  await v.go(`/desk/reviews/sheet?period=${PERIOD}`);
  await explainAll(v);
  await v.press("main button[value=freeze]");
  await v.has("22759-2026-R0001", "the review has a number:");
  await v.shot("frozen");
  await v.press("main a[href^='/desk/reviews/frozen']");
  await v.has("Lê Thị Chủ", "who signed it off:");
  await v.shot("bytes");
  await v.press("main a[href*='/desk/reviews/text']");
  await v.has("22759-2026-R0001", "the text belongs to the report:");
  await v.count("main textarea", 0, "what was signed off is not written any more");
  await v.shot("text-frozen");
  await v.page.goBack();
  await v.press("main a[href$='again=1']");
  await v.has("Tính lại từ hồ sơ: trùng khớp từng byte.", "computed again:");
  await v.go(`/desk/reviews/sheet?period=${PERIOD}`);
  await v.page.fill("#reason", "Bổ sung một vụ việc");
  await v.press("main button[value=prepare]");
  await explainAll(v);
  await v.press("main button[value=freeze]");
  await v.has("22759-2026-R0002", "a correction is a new version:");
  await v.has("22759-2026-R0001", "the first one stays:");
  await v.go("/desk/reviews/sheet?period=2026-Y");
  await v.press("main button[value=prepare]");
  await v.count("main button[value=freeze]", 0, "a period that runs cannot be signed off");
  await v.shot("early");
  await v.go("/desk/reviews/list?form=02%2FXLD&column=6&period=2026-9M");
  await v.has("kind = complaint", "a figure says how it is counted:");
  await v.shot("behind");
  await v.close();
}

async function province(open) {
  const v = await open({ lang: "fr", screen: DESKTOP, js: true, name: "review-province" });
  await v.signIn("tinh.thu");
  await v.go(`/desk/reviews/sent?period=${PERIOD}`);
  await v.has("22759-2026-R0002", "the newest version of who has sent:");
  await v.shot("sent");
  await v.press("main a[href*='below=1']");
  await v.press("main button[value=prepare]");
  await writeTexts(v, "&below=1");
  await v.press("main a[href*='/desk/reviews/sheet']");
  await explainAll(v);
  await v.shot("draft");
  await v.press("main button[value=freeze]");
  await v.press("main a[href^='/desk/reviews/frozen']");
  await v.shot("frozen");
  const json = await v.page.request.get(await v.page.locator("main a[href*='frozen.json']").evaluate((a) => a.href));
  const got = await json.json();
  check(got.sources.some((s) => s.number === "22759-2026-R0002"), "review-province: made of what was signed off", got.sources);
  await v.close();
}

export default async function ({ open, program }) {
  program.account("tinh.thu", "Nguyễn Văn Tỉnh", "leader", PROVINCE);
  await commune(open);
  await province(open);
}
