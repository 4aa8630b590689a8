// SPDX-License-Identifier: AGPL-3.0-or-later
// The reception of citizens: a day is announced, a person books it, visits are registered and answered, numbers called.
import { check, DESKTOP, PHONE, OFFICE } from "../world.mjs";
import { handIn } from "../steps.mjs";

const soon = (days) => {
  const d = new Date(Date.now() + days * 86400000);
  return `${d.getDate()}/${d.getMonth() + 1}/${d.getFullYear()}`;
};

async function announce(v) {
  await v.go("/desk/reception/days");
  await v.page.fill("#f-day", soon(2));
  await v.page.fill("#f-leader", "Trần Văn Thử");
  await v.page.fill("#f-place", "Phòng tiếp công dân");
  await v.press("main form[action^='/desk/reception/days'] button.b");
  await v.count(".errors", 1, "a day that is announced too late needs a reason");
  await v.shot("late");
  await v.page.fill("#f-day", soon(21));
  await v.press("main form[action^='/desk/reception/days'] button.b");
  await v.has("Trần Văn Thử", "the day is announced for");
  await v.shot("day");
}

async function book(open) {
  const she = await open({ lang: "vi", screen: PHONE, js: false, name: "booking" });
  await she.go(`/reception?office=${OFFICE}`);
  await she.has("Trần Văn Thử", "the calendar has");
  await she.shot("calendar");
  await she.press("main a[href^='/reception/book/']");
  await she.shot("book");
  await she.page.fill("#f-name", "Lê Thị Hẹn");
  await she.page.fill("#f-content", "Hỏi về việc thu hồi đất làm đường.");
  await she.press("main form button.b");
  const code = (await she.page.locator(".panel .number").textContent()).trim();
  check(code.length === 12, `${she.label}: a code in return`, code);
  await she.shot("booked");
  await she.go("/reception/booking");
  await she.page.fill("#f-code", code);
  await she.press("main form button.b");
  await she.has("Phòng tiếp công dân", "the code shows");
  await she.shot("booking");
  await she.close();
}

async function visits(v) {
  await v.go("/desk/reception");
  await v.shot("desk");
  await v.page.fill("#f-desk", "2");
  await v.press("main form[action^='/desk/reception/queue'] button[value=take]");
  await v.page.fill("#f-desk", "2");
  await v.press("main form[action^='/desk/reception/queue'] button[value=call]");
  await v.press("main a[href^='/reception/wait/']");
  await v.count(".calls li", 1, "the waiting room shows the number");
  await v.shot("wait");
  await v.go("/desk/reception/visit");
  await v.page.fill("#f-name", "Nhóm hộ dân khu phố 4");
  await v.page.fill("#f-people", "12");
  await v.page.fill("#f-content", "Phản ánh việc san lấp mương thoát nước.");
  await v.press("main form button.b");
  await v.count(".errors", 1, "a crowd without representatives");
  await v.shot("crowd");
  await v.page.fill("#f-speakers", "Lê Văn Một\nTrần Thị Hai");
  await v.press("main form button.b");
  await v.has("22759-TCD-", "the visit has a number");
  await v.page.selectOption("#outcome", "accepted");
  await v.page.fill("#answer-text", "Đã ghi nhận và giao cán bộ kiểm tra.");
  await v.shot("visit");
  await v.press("main form button[value=answer]");
  await v.has("Đã ghi nhận và giao cán bộ kiểm tra.", "the answer is kept:");
  await v.page.locator("details:has(#promise-text) summary").click();
  await v.page.fill("#promise-text", "Nạo vét mương trước mùa mưa");
  await v.page.fill("#promise-due", soon(20));
  await v.press("main form button[value=promise]");
  await v.has("Nạo vét mương trước mùa mưa", "the promise is kept in sight:");
  await v.shot("promise");
}

/** The register of visits is open to the office: it never ties a name to a denunciation. */
async function sealed(v, open) {
  const she = await open({ lang: "vi", screen: PHONE, js: false, name: "denouncer" });
  const matter = await handIn(she, { kind: "denunciation", title: "Nhận tiền của dân", body: "Cán bộ nhận tiền khi làm giấy tờ.", name: "Trần Thị Kín" });
  await she.close();
  await v.go("/desk/reception/visit");
  await v.page.fill("#f-name", "Trần Thị Kín");
  await v.page.fill("#f-content", "Đến hỏi về đơn.");
  await v.page.fill("#f-case", matter.number);
  await v.press("main form button.b");
  await v.count(".errors", 1, "a visit cannot name a sealed matter");
  await v.count("#f-case[aria-invalid]", 1, "the number's field says so");
}

export default async function ({ open }) {
  const v = await open({ lang: "fr", screen: DESKTOP, js: true, name: "reception" });
  await v.signIn("tiepdan.thu");
  await announce(v);
  await book(open);
  await visits(v);
  await sealed(v, open);
  await v.close();
}
