// SPDX-License-Identifier: AGPL-3.0-or-later
// Letters from the outbox to a real SMTP server (nodemailer's), read back by another parser.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import assert from "node:assert/strict";

const build = dirname(process.env.DINH_BIN ?? "build/dinh");
let SMTPServer, simpleParser;
try {
  ({ SMTPServer } = await import("smtp-server"));
  ({ simpleParser } = await import("mailparser"));
} catch (e) {
  console.log(`skipped: ${e.message.split("\n")[0]}\n0 passed, 0 failed, 1 skipped`);
  process.exit(0);
}
execFileSync("ninja", ["-C", build, "mail_probe"], { stdio: "ignore" });

const room = mkdtempSync(join(tmpdir(), "dinh-mail-"));
const cert = join(room, "cert.pem"), key = join(room, "key.pem");
execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
  "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], { stdio: "ignore" });
const tls = { key: readFileSync(key), cert: readFileSync(cert) };

/** A server that keeps what it is given; `more` are smtp-server's options. */
async function listen(more) {
  const got = [];
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ["STARTTLS"], logger: false,
    onData(stream, session, done) {
      const parts = [], to = session.envelope.rcptTo.map((x) => x.address); // smtp-server clears it afterwards
      stream.on("data", (d) => parts.push(d));
      stream.on("end", () => {
        got.push({ raw: Buffer.concat(parts), to, secure: session.secure, user: session.user });
        done();
      });
    },
    ...more,
  });
  server.on("error", () => {}); // a client that leaves during the handshake is expected here
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { got, port: server.server.address().port, close: () => new Promise((resolve) => server.close(resolve)) };
}

let letters = 0;
/** Sends one letter; gives what the probe reports and what it logged. */
function send(port, settings = {}, { rounds = 1, to = "lan@example.vn", subject = "Kết quả", text = "Xin chào" } = {}) {
  const dir = join(room, `d${letters++}`);
  execFileSync("mkdir", [dir]);
  const all = { host: "localhost", port, tls: "none", from: "noreply@xa.example.vn", ...settings };
  const args = [dir, rounds, to, subject, text, ...Object.entries(all).map(([k, v]) => `mail.${k}=${v}`)];
  return new Promise((resolve) => {
    const child = spawn(join(build, "mail_probe"), args.map(String));
    let out = "", err = "";
    child.stdout.on("data", (d) => (out += d));
    child.stderr.on("data", (d) => (err += d));
    child.on("close", (code) => {
      assert.ok(out, `exit ${code}: ${err}`);
      assert.ok(!/example\.vn|Kết quả|Xin chào/.test(err), `personal text in the log: ${err}`);
      const database = Buffer.concat(["db", "db-wal"].map((f) => { try { return readFileSync(join(dir, f)); } catch { return Buffer.alloc(0); } }));
      assert.ok(!database.includes(to) && !database.includes(subject), "the outbox is not sealed");
      resolve({ ...JSON.parse(out), err });
    });
  });
}

const gone = { letters: 0, texts: 0, code: 0, waiting: 0, given_up: 0 };
const waits = { letters: 1, texts: 1, code: 0, waiting: 1, given_up: 0 };
const state = ({ err, ...rest }) => rest;
const refuse = (code, text) => Object.assign(new Error(text), { responseCode: code });

const tests = {
  async "a letter arrives as it was written"() {
    const s = await listen();
    const subject = "Thông báo kết quả giải quyết kiến nghị số 12/2026 của bà Nguyễn Thị Lan, thôn Đắc Nhơn, xã Nhơn Sơn – lần hai";
    const text = "Kính gửi bà,\n\n.một dòng bắt đầu bằng dấu chấm\n.\nFrom nobody\n" + "đ".repeat(3000) + "\nHết.";
    assert.deepEqual(state(await send(s.port, {}, { subject, text })), gone);
    assert.equal(s.got.length, 1);
    const m = await simpleParser(s.got[0].raw);
    assert.equal(m.subject, subject);
    assert.equal(m.text.trimEnd(), text);
    assert.equal(m.from.text, "noreply@xa.example.vn");
    assert.equal(m.to.text, "lan@example.vn");
    assert.equal(m.messageId, "<dinh.3.1@xa.example.vn>");
    assert.equal(m.headers.get("auto-submitted"), "auto-generated");
    assert.deepEqual(s.got[0].to, ["lan@example.vn"]);
    assert.ok(s.got[0].raw.toString("latin1").split("\r\n").every((l) => l.length <= 78));
    await s.close();
  },
  async "over STARTTLS, the certificate checked"() {
    const s = await listen({ ...tls, disabledCommands: [] });
    assert.deepEqual(state(await send(s.port, { tls: "starttls", ca: cert })), gone);
    assert.equal(s.got[0].secure, true);
    assert.deepEqual(state(await send(s.port, { tls: "starttls" })), waits);
    assert.equal(s.got.length, 1);
    await s.close();
  },
  async "never in clear when TLS is asked for"() {
    const s = await listen();
    assert.deepEqual(state(await send(s.port, { tls: "starttls", ca: cert })), waits);
    assert.equal(s.got.length, 0);
    await s.close();
  },
  async "over TLS from the start"() {
    const s = await listen({ ...tls, secure: true });
    assert.deepEqual(state(await send(s.port, { tls: "implicit", ca: cert })), gone);
    assert.equal(s.got[0].secure, true);
    await s.close();
  },
  async "with an account; a wrong password is our fault, not the letter's"() {
    const onAuth = (auth, session, done) => auth.username === "dinh" && auth.password === "đúng"
      ? done(null, { user: "dinh" }) : done(refuse(535, "wrong"));
    const s = await listen({ ...tls, disabledCommands: [], authOptional: false, onAuth });
    const account = { tls: "starttls", ca: cert, user: "dinh" };
    assert.deepEqual(state(await send(s.port, { ...account, password: "đúng" })), gone);
    assert.equal(s.got[0].user, "dinh");
    assert.deepEqual(state(await send(s.port, { ...account, password: "sai" })), waits);
    assert.deepEqual(state(await send(s.port, { tls: "starttls", ca: cert })), waits);
    await s.close();
  },
  async "refused for good: the text goes, the number stays"() {
    const s = await listen({ onRcptTo: (address, session, done) => done(refuse(550, "no such user lan@example.vn")) });
    const r = await send(s.port, {}, { rounds: 3 });
    assert.deepEqual(state(r), { letters: 1, texts: 0, code: 550, waiting: 0, given_up: 0 });
    assert.match(r.err, /event=mail\.refused .*code=550/);
    await s.close();
  },
  async "not now: tried again, delivered once"() {
    let tries = 0;
    const s = await listen({ onRcptTo: (address, session, done) => (++tries < 3 ? done(refuse(451, "later")) : done()) });
    assert.deepEqual(state(await send(s.port, {}, { rounds: 1 })), waits);
    tries = 0;
    assert.deepEqual(state(await send(s.port, {}, { rounds: 6 })), gone);
    assert.equal(tries, 3);
    assert.equal(s.got.length, 1);
    await s.close();
  },
  async "nobody listens: waits, and is given up in the end"() {
    const s = await listen();
    await s.close();
    assert.deepEqual(state(await send(s.port)), waits);
    assert.deepEqual(state(await send(s.port, {}, { rounds: 100 })), { ...waits, waiting: 0, given_up: 1 });
  },
  async "no host: nothing is kept"() {
    assert.deepEqual(state(await send(1, { host: "" })), gone);
  },
  async "no second recipient by a line end"() {
    const s = await listen();
    assert.equal((await send(s.port, {}, { to: "a@b.vn\r\nRCPT TO:<c@d.vn>" })).error, "err.mail.address");
    assert.equal((await send(s.port, {}, { subject: "x\r\nBcc: c@d.vn" })).error, "err.mail.subject");
    assert.equal(s.got.length, 0);
    await s.close();
  },
};

let passed = 0, failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    passed++;
  } catch (e) {
    failed++;
    console.log(`FAILED ${name}: ${e.stack}`);
  }
}
rmSync(room, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
