// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether a complaint came in time: entered at the desk, counted day by day, and no refusal against it.
import { check, DESKTOP, PHONE } from "../world.mjs";
import { handIn, openMatter } from "../steps.mjs";

const act = (v, name) => v.page.locator("details.act", { hasText: name });

async function bar(v, name, known, obstacle) {
  const form = act(v, name);
  if ((await form.getAttribute("open")) === null) await form.locator("summary").click();
  await form.locator("input[name=known]").fill(known);
  if (obstacle) {
    await form.locator("select[name=obstacle1]").selectOption(obstacle[0]);
    await form.locator("input[name=since1]").fill(obstacle[1]);
    await form.locator("input[name=until1]").fill(obstacle[2]);
  }
  await v.press(form.locator("button.b"));
}

export default async function ({ program, open }) {
  program.account("thoihieu", "Cán bộ Thời Hiệu", "reception,settling");
  const she = await open({ lang: "vi", screen: PHONE, name: "bar-person" });
  const m = await handIn(she, { kind: "complaint.first", title: "Không cấp giấy phép", body: "Phường không cấp giấy phép xây dựng cho nhà tôi mà không nêu lý do.", name: "Pinăng Thị Sớm" });
  await she.close();
  const v = await open({ lang: "vi", screen: DESKTOP, name: "bar-desk" });
  await v.signIn("thoihieu");
  await openMatter(v, m.number);
  const name = "Tính thời hiệu khiếu nại";
  await bar(v, name, "1/1/2026", ["illness", "20/2/2026", "10/2/2026"]);
  await v.has("ngày kết thúc không trước", "an obstacle that ends before it begins is refused:");
  check(await act(v, name).locator("input[name=until1]").inputValue() === "10/2/2026", `${v.label}: what was typed is kept`);
  await act(v, name).locator("select[name=obstacle1]").selectOption("");
  await act(v, name).locator("input[name=since1]").fill("");
  await act(v, name).locator("input[name=until1]").fill("");
  await bar(v, name, "1/1/2026");
  await v.has("Hết thời hiệu", "too late without an obstacle:");
  await v.shot("passed");
  await bar(v, name, "1/9/2026", ["illness", "2/9/2026", "10/10/2026"]);
  await v.has("Trong thời hiệu", "in time with one:");
  await v.has("Ốm đau", "which is named:");
  await v.shot("in-time");
  await v.press("section a[href^='/clock?']");
  await v.has("Luật Khiếu nại, Điều 9", "the day is explained:");
  check((await v.text()).includes("2026"), `${v.label}: day by day`);
  await v.close();
}
