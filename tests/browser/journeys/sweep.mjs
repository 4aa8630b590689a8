// SPDX-License-Identifier: AGPL-3.0-or-later
// Every page that can be read, in each language, at both widths.
import { DESKTOP, PHONE, UNIT, OFFICE } from "../world.mjs";

async function sweep({ program, open }, lang, screen, js) {
  const v = await open({ lang, screen, js, name: "sweep", dark: lang === "en" });
  const pages = ["/", "/help/kinds", "/accessibility", "/privacy", "/units", `/units/${UNIT}`, "/units/2025:P56", "/units/2024:D582", "/search?q=ninh", "/search?q=zzzz",
    "/clock", "/clock?procedure=complaint.first&step=settle&start=2026-07-06", "/rules", "/submit", `/submit?office=${OFFICE}`,
    `/submit/new?office=${OFFICE}&kind=recommendation`, "/track", "/published", `/units/${UNIT}/published`, "/sign-in", "/nothing-here"];
  for (const path of pages) {
    await v.go(path);
    await v.shot("sweep" + path.replace(/\W+/g, "-").slice(0, 40));
  }
  const home = await v.page.goto(program.base + "/published").then(() => v.page.locator("tbody a").first());
  if (await home.count()) await v.press(home);
  await v.page.goto(program.base + "/track");
  await v.page.fill("#f-code", "ABCD-EFGH-JKMN-PQRS-TVWX");
  await v.press("main form[action='/track'] button.b");
  await v.count(".errors", 1, "an unknown code is said");
  await v.signIn("giamsat.thu");
  for (const path of ["/desk", "/desk?view=late", "/desk?view=all", "/desk/search?q=zzzz", "/desk/intake", "/desk/reviews", "/account", "/account/totp"]) {
    await v.go(path);
    await v.shot("sweep" + path.replace(/\W+/g, "-").slice(0, 40));
  }
  await v.close();
}

export default async function (world) {
  await sweep(world, "vi", PHONE, true);
  await sweep(world, "fr", DESKTOP, false);
  await sweep(world, "en", PHONE, false);
}
