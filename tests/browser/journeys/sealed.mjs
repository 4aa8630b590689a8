// SPDX-License-Identifier: AGPL-3.0-or-later
// Who denounced: sealed when handed in, opened by a holder with her secret and a reason, shown once.
import { check, DESKTOP, PHONE } from "../world.mjs";
import { handIn, track } from "../steps.mjs";

const NAME = "Chamaléa Thị Kín Đáo";
const MARKED = "Tôi làm kế toán ở chính cơ quan đó";
const secret = (login) => `một câu dài khó đoán của ${login}`;

async function tries(v, m, words) {
  const form = v.page.locator("details.act#open");
  if (!(await form.getAttribute("open"))) await form.locator("summary").click().catch(() => {});
  if (!(await form.locator("#open-secret").isVisible())) await form.locator("summary").click();
  if (words.reason) await form.locator("#open-reason").fill(words.reason);
  await form.locator("#open-secret").fill(words.secret);
  await v.press(form.locator("button.b"));
}

async function opens(open, m, lang, screen, dark) {
  const v = await open({ lang, screen, js: false, name: `holder-${lang}`, dark });
  await v.signIn("giukhoa.a");
  await v.go("/desk?view=all");
  await v.press(v.page.locator("td a.go", { hasText: m.number }));
  check(!(await v.text()).includes(NAME), `${v.label}: the matter does not say her name`);
  await v.press("main p a[href$='/file']");
  check(!(await v.text()).includes(NAME), `${v.label}: nor does its file`);
  await v.shot("closed");
  await tries(v, m, { reason: "Xác minh lời tố cáo theo kế hoạch", secret: "một câu hoàn toàn khác" });
  check(!(await v.text()).includes(NAME), `${v.label}: a wrong secret opens nothing`);
  check((await v.page.locator("#open-reason").inputValue()).startsWith("Xác minh"), `${v.label}: the reason is kept`);
  check((await v.page.locator("#open-secret").inputValue()) === "", `${v.label}: the secret is not`);
  await v.shot("wrong");
  await tries(v, m, { secret: secret("giukhoa.a") });
  await v.has(NAME, "her own secret opens:");
  await v.has(MARKED, "with what she marked:");
  await v.count("main form[action$='/held'] button", 1, "and the file that shows her hand");
  await v.shot("opened");
  check(!v.page.url().includes("Xac") && !v.page.url().includes("secret"), `${v.label}: nothing of it in the address`);
  await v.go(new URL(v.page.url()).pathname.replace(/\/open$/, "/file"));
  check(!(await v.text()).includes(NAME), `${v.label}: once only`);
  await v.close();
}

/** Both ways, she without a name or an account, the office from its desk. */
async function talk(open, m) {
  const she = await open({ lang: "fr", screen: PHONE, js: false, name: "person-talks" });
  await track(she, m.code);
  await she.press("main a[href*='/track/talk']");
  await she.press(she.page.locator("main form button.b", { hasText: "Envoyer" }));
  await she.count(".errors a[href='#f-text']", 1, "an empty message is refused");
  await she.page.fill("#f-text", "Le cadeau était une mallette brune.");
  await she.press(she.page.locator("main form button.b", { hasText: "Envoyer" }));
  await she.has("mallette brune", "her message is there:");
  check(!/\d{1,2}[:h]\d{2}/.test(await she.page.locator(".talk").innerText()), `${she.label}: a day, no hour`);
  await she.shot("talk");
  const desk = await open({ lang: "vi", screen: DESKTOP, name: "desk-talks" });
  await desk.signIn("giukhoa.a");
  await desk.go("/desk?view=all");
  await desk.shot("queue");
  await desk.press(desk.page.locator("td a.go", { hasText: m.number }));
  await desk.press("main a[href$='/talk']");
  await desk.has("mallette brune", "the office reads it:");
  await desk.shot("talk");
  await desk.page.fill("#f-text", "Bà có biết ngày nào không?");
  await desk.press(desk.page.locator("main form button.b", { hasText: "Gửi" }));
  await desk.close();
  await track(she, m.code);
  await she.shot("track");
  await she.press("main a[href*='/track/talk']");
  await she.has("Bà có biết", "she reads the answer:");
  check(!(await she.text()).includes("Người Giữ"), `${she.label}: the office speaks, not a person`);
  await she.close();
}

export default async function ({ program, open }) {
  for (const login of ["giukhoa.a", "giukhoa.b"]) {
    program.account(login, `Người Giữ ${login.slice(-1).toUpperCase()}`, "leader");
    program.holder(login, secret(login));
  }
  const she = await open({ lang: "vi", screen: PHONE, name: "person" });
  const m = await handIn(she, { kind: "denunciation", title: "Nhận quà khi cấp phép", body: "Cán bộ nhận quà khi cấp phép xây dựng cho bốn hộ trong tháng năm.", name: NAME, marked: MARKED });
  await she.close();
  await talk(open, m);
  await opens(open, m, "vi", PHONE, false);
  await opens(open, m, "en", DESKTOP, true);
}
