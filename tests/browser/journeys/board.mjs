// SPDX-License-Identifier: AGPL-3.0-or-later
// The board: for everybody in three languages, small and large; at the desk with links to lists; a form beside another period.
import { check, DESKTOP, PHONE } from "../world.mjs";

export default async function ({ program, open }) {
  for (const lang of ["vi", "fr", "en"]) {
    for (const screen of [PHONE, DESKTOP]) {
      const v = await open({ lang, screen, name: "board", dark: screen === PHONE });
      await v.go("/board");
      check((await v.page.locator("figure.chart").count()) === 2, `${v.label}: two charts`);
      check((await v.page.locator("figure.chart details table").count()) === 2, `${v.label}: each with its table`);
      check((await v.page.locator("figure.map title").count()) > 60, `${v.label}: a map whose shapes have names`);
      check((await v.page.locator(".figures-table tfoot td").count()) >= 13, `${v.label}: a sum`);
      check((await v.page.locator(".bands dd .small").count()) >= 13, `${v.label}: each figure with its definition`);
      await v.shot("public");
      await v.close();
    }
  }
  program.account("banglanhdao", "Lãnh đạo Theo Dõi", "leader");
  const v = await open({ lang: "vi", screen: DESKTOP, name: "board-desk" });
  await v.signIn("banglanhdao");
  await v.go("/desk/board");
  check((await v.page.locator(".figures-table tbody tr").count()) === 1, `${v.label}: her own office alone`);
  check((await v.page.locator(".figures-table td a").count()) >= 1, `${v.label}: links to lists`);
  await v.shot("desk");
  await v.go("/desk/reviews");
  const form = await v.page.locator("table.cards tbody a").first().getAttribute("href");
  await v.go(`${form}&form=02%2FXLD&compare=previous`);
  await v.has("Tăng, giảm", "the form beside the period before:");
  await v.shot("compare");
  await v.close();
}
