// SPDX-License-Identifier: AGPL-3.0-or-later
// An administrator adds a holiday: first what it would re-date, then the change; what is wrong is said and nothing is stored.
import { check, DESKTOP, PHONE } from "../world.mjs";
import { handIn } from "../steps.mjs";

const PROVINCE = 202510005601;

async function fill(v, fields) {
  for (const [name, value] of Object.entries(fields)) {
    if (name === "kind" || name === "sure") await v.page.check(`[name=${name}][value=${value}]`);
    else await v.page.fill(`#f-${name}`, value);
  }
}

const preview = "main form button[value=preview]";
const apply = "main form button[value=apply]";

export default async function ({ program, open }) {
  program.account("quantri.luat", "Đỗ Văn Luật", "admin", PROVINCE, "--subtree");
  program.account("quantri.xa", "Đỗ Văn Xã", "admin");
  const local = await open({ lang: "vi", screen: PHONE, js: false, name: "local" });
  await local.signIn("quantri.xa");
  await local.go("/admin/rules");
  await local.count("main a[href^='/admin/rules/new']", 0, "who administers one office changes no law of all");
  await local.shot("local");
  await local.close();
  const she = await open({ lang: "vi", screen: PHONE, js: true, name: "citizen" });
  const matter = await handIn(she, { kind: "feedback", title: "Cống bị nghẹt", body: "Cống trước chợ bị nghẹt từ tuần trước.", name: "Lê Thị Cống" });
  await she.close();
  const today = new Date(Date.now() + 7 * 3600000); // the office's day, seven hours before Greenwich's
  const day = new Date(today.getTime() + 86400000);
  while ([0, 6].includes(day.getUTCDay())) day.setTime(day.getTime() + 86400000);
  const iso = day.toISOString().slice(0, 10);
  for (const [lang, screen, js] of [["vi", PHONE, true], ["fr", DESKTOP, false], ["en", DESKTOP, true]]) {
    const v = await open({ lang, screen, js, name: "rules" });
    await v.signIn("quantri.luat");
    await v.go("/admin/rules");
    await v.shot("list");
    await v.press("main a[href='/admin/rules/new?what=swap']");
    await fill(v, { off: iso, worked: iso, name: "Hoán đổi", article: "Quyết định thử", sure: "p" });
    await v.press(preview);
    await v.count(apply, 0, "a wrong exchange cannot be applied");
    check(await v.page.inputValue("#f-name") === "Hoán đổi", `${v.label}: what was typed is kept`);
    await v.shot("wrong");
    await v.go("/admin/rules/new?what=limit");
    await v.shot("limit");
    await v.go("/admin/rules/new?what=holiday");
    await fill(v, { day: iso, kind: lang === "fr" ? "none" : "holiday", name: "Ngày nghỉ thử", article: "Quyết định thử", sure: "p" });
    await v.press(preview);
    await v.has(matter.number, "the preview names the matter");
    await v.shot("preview");
    await v.press(apply);
    check(v.where() === "/admin/rules", `${v.label}: applied`, v.where());
    await v.shot("done");
    await v.go("/rules");
    await v.press("main a[href='/rules/complaint.first']");
    await v.has("27", "the steps name their articles");
    await v.shot("procedure");
    await v.close();
  }
}
