// SPDX-License-Identifier: AGPL-3.0-or-later
// A denunciation: the accused is named and finds nothing; a team, its papers, its class; protection asked for with the code.
import { check, DESKTOP, OFFICE, PHONE } from "../world.mjs";
import { handIn, track } from "../steps.mjs";

const file = (v) => v.press("main p a[href$='/file']");

async function named(program, open, m) {
  const v = await open({ lang: "vi", screen: PHONE, js: false, name: "leader" });
  await v.signIn("chutich.thu");
  await v.go("/desk?view=all"); // no search finds what is sealed
  await v.press(v.page.locator("td a.go", { hasText: m.number }));
  await v.count("details.act:has([value=accept])", 0, "not accepted before the accused is named");
  await file(v);
  await v.shot("file-empty");
  await v.page.selectOption("#of-of", String(OFFICE));
  await v.press("main form[method=get] button");
  const choice = await v.page.locator("#name_accused-account option", { hasText: "Đạo Thị Hiềm" }).getAttribute("value");
  await v.act("name_accused", { name: "Đạo Thị Hiềm", position: "Công chức", account: choice });
  await v.has("Là người bị tố cáo", "the account is kept out:");
  await v.shot("file-accused");
  return v;
}

/** The same file on a wide screen, in another language. */
async function wide(open, m) {
  const v = await open({ lang: "en", screen: DESKTOP, name: "leader", dark: true });
  await v.signIn("chutich.thu");
  await v.go(`${m.path}/file`);
  await v.has("Keep somebody out of the matter");
  await v.go("/desk/below");
  await v.shot("below");
  await v.shot("file");
  await v.close();
}

async function barred(open, m) {
  const v = await open({ lang: "fr", screen: DESKTOP, name: "accused" });
  await v.signIn("bitocao.thu");
  await v.go("/desk?view=all");
  check(!(await v.text()).includes(m.number), `${v.label}: the accused’s queue does not hold the matter`);
  await v.go(m.path);
  await v.count(".sorry", 1, "nor does its address open");
  await v.go(`${m.path}/file`);
  await v.count(".sorry", 1, "nor its file");
  await v.close();
}

async function worked(v, m) {
  await v.go(m.path);
  await v.act("accept", { subject: 1 });
  await file(v);
  await v.act("notify", { text: "Đã thông báo cho hai bên." });
  const team = v.page.locator("details.act:has([value=team])");
  await team.locator("summary").click();
  await team.locator("input[type=checkbox]").first().check();
  await team.locator("[name=note]").fill("Quyết định số 12.");
  await v.press(team.locator("button.b"));
  await v.has("từ hai người khác nhau trở lên", "one alone is no team:");
  await v.shot("file-team-error");
  const again = v.page.locator("details.act:has([value=team])");
  await again.locator("[name=leads]").selectOption({ index: 1 });
  for (const box of await again.locator("input[type=checkbox]").all()) await box.check();
  await again.locator("[name=note]").fill("Quyết định số 12.");
  await v.press(again.locator("button.b"));
  await v.act("minutes", { text: "Đối chiếu sổ sách tại trụ sở." });
  await v.act("explanation", { text: "Tôi không nhận tiền." });
  await v.act("report", { text: "Đúng một phần." });
  const klass = v.page.locator("details.act:has(input[value=class])");
  await klass.locator("summary").click();
  await klass.locator("[name=c_places]").check();
  await klass.locator("[name=note]").fill("Phải xác minh ở hai thôn.");
  await v.press(klass.locator("button.b"));
  await v.has("Vụ việc phức tạp", "the class follows from the criteria:");
  await v.shot("file-full");
  await v.go(m.path);
  await v.act("extend", { note: "Quyết định gia hạn số 3." });
  await v.count("details.act:has([value=draft])", 1, "the conclusion can be drafted");
  await v.shot("matter");
}

async function protectedOne(open, m) {
  const she = await open({ lang: "vi", screen: PHONE, name: "denouncer" });
  await track(she, m.code);
  await she.act("protect", { note: "Có người đến nhà đe dọa." });
  await she.has("Bảo vệ người tố cáo", "her matter names");
  check(!(await she.text()).includes("Quyết định gia hạn số 3"), `${she.label}: what officials noted is not shown to her`);
  await she.shot("track");
  await she.close();
}

export default async function ({ program, open }) {
  program.account("bitocao.thu", "Đạo Thị Hiềm", "settling");
  const she = await open({ lang: "vi", screen: PHONE, name: "person" });
  const m = await handIn(she, { kind: "denunciation", title: "Nhận tiền khi làm hồ sơ", body: "Cán bộ nhận tiền của năm hộ khi làm hồ sơ đất trong tháng sáu.", name: "Pi Năng Thị Kín" });
  await she.close();
  const v = await named(program, open, m);
  m.path = new URL(v.page.url()).pathname.replace(/\/file$/, "");
  await barred(open, m);
  await worked(v, m);
  await v.close();
  await wide(open, m);
  await protectedOne(open, m);
}
