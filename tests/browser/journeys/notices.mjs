// SPDX-License-Identifier: AGPL-3.0-or-later
// A deadline comes near: nobody is told at night, the leader is told in the morning, opens the matter, and marks the notice as seen.
import { check, DESKTOP, PHONE } from "../world.mjs";
import { handIn } from "../steps.mjs";

const DAY = 86400e3;
const at = (t, hour) => new Date(t).toISOString().slice(0, 10) + `T${hour}:00+07:00`;
const isRest = (t) => [0, 6].includes(new Date(t).getUTCDay());

/** Sweeps day by day until somebody is told of the matter. */
function sweep(program, number) {
  for (let t = Date.now() + 3 * DAY; t < Date.now() + 30 * DAY; t += DAY) {
    const told = (hour) => JSON.parse(program.run("--now", at(t, hour), "warn", "--run", "--format", "json"));
    check(told("00:00").told === 0, "nobody is told at midnight");
    const day = told("09:00");
    if (isRest(t)) check(day.told === 0, "nobody is told on a day off");
    else if (JSON.stringify(day).includes(number)) return;
  }
  check(false, "somebody is told within a month");
}

export default async function ({ program, open }) {
  program.account("canhbao", "Lãnh đạo Được Nhắc", "leader");
  const she = await open({ lang: "vi", screen: PHONE, name: "notices-person" });
  const m = await handIn(she, { kind: "feedback", title: "Hố ga mất nắp", body: "Hố ga đầu ngõ mất nắp đã lâu, rất nguy hiểm cho trẻ em đi học.", name: "Chamaléa Thị Nhắc" });
  await she.close();
  sweep(program, m.number);
  for (const screen of [DESKTOP, PHONE]) {
    const v = await open({ lang: "vi", screen, name: screen === PHONE ? "notices-phone" : "notices-desk" });
    await v.signIn("canhbao");
    await v.go("/desk/notices");
    if (screen === DESKTOP) {
      await v.has(m.number, "the leader is told of the matter that nobody has in hand:");
      await v.shot("told");
      await v.press(v.page.locator("main a.go", { hasText: m.number }));
      await v.has("Hố ga mất nắp", "it leads to the matter:");
      await v.go("/desk/notices");
      const row = v.page.locator("main tr", { hasText: m.number });
      await v.press(row.locator("button"));
      check(!(await v.text()).includes(m.number), `${v.label}: what is marked as seen is gone`);
    } else {
      check(!(await v.text()).includes(m.number), `${v.label}: and stays gone`);
      await v.shot("seen");
    }
    await v.close();
  }
}
