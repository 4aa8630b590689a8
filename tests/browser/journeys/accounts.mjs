// SPDX-License-Identifier: AGPL-3.0-or-later
// A citizen's own account with her matters; an administrator who keeps the office's accounts.
import { check, DESKTOP, PHONE, OFFICE, PASSWORD } from "../world.mjs";
import { handIn } from "../steps.mjs";

async function citizen(open) {
  const she = await open({ lang: "vi", screen: PHONE, js: true, name: "citizen" });
  await she.go("/account/new");
  await she.shot("new");
  await she.page.fill("#f-name", "Nguyễn Thị Hoa");
  await she.page.fill("#f-login", "hoa.phanrang");
  await she.page.fill("#f-fresh", PASSWORD);
  await she.page.fill("#f-again", PASSWORD);
  await she.press("main form[action='/account/new'] button.b");
  check(she.where() === "/account", `${she.label}: her account is made and she is signed in`, she.where());
  const matter = await handIn(she, { kind: "feedback", title: "Đèn đường hỏng trước chợ", body: "Ba cột đèn trước chợ không sáng từ đầu tháng.", name: "Nguyễn Thị Hoa" });
  const sealed = await handIn(she, { kind: "denunciation", title: "Nhận tiền của dân", body: "Cán bộ nhận tiền khi làm giấy tờ, có ba người chứng kiến.", name: "Nguyễn Thị Hoa" });
  await she.go("/account");
  await she.press("main a[href='/account/matters']");
  await she.has(matter.number, "her matters hold");
  check(!(await she.text()).includes(sealed.number), `${she.label}: a denunciation is not tied to the account`);
  await she.shot("matters");
  await she.press("main form[action='/account/matters'] button");
  check(she.where() === "/track/matter", `${she.label}: one opens without its code`, she.where());
  await she.has(matter.number, "the matter is");
  await she.close();
}

async function administrator(program, open) {
  program.account("quantri.thu", "Đỗ Văn Quản", "admin");
  const v = await open({ lang: "fr", screen: DESKTOP, js: false, name: "admin" });
  await v.signIn("quantri.thu");
  await v.go("/admin/accounts");
  await v.shot("accounts");
  await v.press("main a[href='/admin/accounts/new']");
  await v.page.fill("#f-name", "Võ Thị Mới");
  await v.page.fill("#f-login", "moi.thu");
  await v.page.selectOption("#f-office", String(OFFICE));
  await v.page.check("#f-reception");
  await v.shot("new");
  await v.press("main form[action='/admin/accounts/new'] button.b");
  const password = (await v.page.locator(".panel .number code").textContent()).trim();
  check(password.length === 16, `${v.label}: a first password is shown once`);
  await v.shot("made");
  await v.press("main form[action$='/disable'] button");
  await v.count("main form[action$='/enable']", 1, "the account can be enabled again");
  await v.go("/admin/accounts?q=moi");
  await v.has("Võ Thị Mới", "the list finds");
  await v.close();
}

export default async function ({ program, open }) {
  await citizen(open);
  await administrator(program, open);
}
