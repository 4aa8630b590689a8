#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Speed and size, as ratios against a peer measured in the same run.

usage: bench/run.py [--write] [--rows N] [--filled DIR] [--note TEXT] [--quick]
  --write   put the table into docs/benchmarks.md
  --rows N  matters stored for search and memory (default 1000000)
  --filled DIR  a demonstration that these matters were imported into before
  --world DIR   a province of --rows matters that bench_world made before
  --only postgres  the rows with PostgreSQL in them, printed
  --note TEXT   what else ran; goes into the page
  --quick   20000 rows and short runs: does the bench itself work?
Servers listen on 127.0.0.1 only."""
import argparse
import http.client
import json
import os
import platform
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import postgres  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build-bench")
DINH = os.path.join(BUILD, "dinh")
WORDS = ("đường thôn xóm nước điện đất nhà ruộng mương kênh cầu chợ trường trạm y tế giấy chứng nhận bồi thường hỗ trợ "
         "tái định cư giải phóng mặt bằng công trình dự án cán bộ xã phường hộ nghèo chính sách trợ cấp rác thải ô nhiễm "
         "tiếng ồn xây dựng trái phép lấn chiếm vỉa hè đèn chiếu sáng thoát nước ngập lụt hạn hán thủy lợi nuôi tôm cát sỏi "
         "khai thác rừng phòng hộ biển đảo tàu thuyền bến cảng giao thông tai nạn an ninh trật tự karaoke đề nghị xem xét "
         "giải quyết kính gửi ủy ban nhân dân").split()


def sh(*args, **kw):
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, text=True, **kw).stdout


def build():
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        sh("meson", "setup", BUILD, ROOT, "--buildtype=release", "-Ddebug=true")
    sh("ninja", "-C", BUILD, "dinh", "bench_intake", "bench_load", "bench_store")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A process that listens; ended by its pid."""

    def __init__(self, args, port):
        self.port = port
        self.start = time.perf_counter()
        self.process = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self, path="/", seconds=30):
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5).read()
            except urllib.error.HTTPError as e:
                return e.read()
            except OSError:
                time.sleep(0.002)
        raise SystemExit("bench: a server does not answer")

    def memory(self):
        """Private memory in bytes, without the pages of the database file that readers map: those are the system's cache."""
        total = 0
        with open(f"/proc/{self.process.pid}/smaps_rollup") as f:
            for line in f:
                if line.startswith("Private_Dirty"):
                    total += int(line.split()[1]) * 1024
        return total

    def cpu(self):
        """Seconds of processor so far."""
        with open(f"/proc/{self.process.pid}/stat") as f:
            part = f.read().rsplit(")", 1)[1].split()
        return (int(part[11]) + int(part[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def serve(data, *more):
    port = free_port()
    more = list(more)
    where = [more.pop(0), more.pop(0)] if more[:1] == ["--database"] else []
    return Server([DINH, "--data", data, *where, "serve", "--listen", f"127.0.0.1:{port}", "--rate", "-1", *more], port)


def wrk(url, seconds, connections=64, script=None):
    args = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency"]
    if script:
        args += ["-s", script]
    out = sh(*args, url)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
    scale = {"us": 1e-3, "ms": 1, "s": 1e3}[p99.group(2)]
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return rate, float(p99.group(1)) * scale, int(errors.group(1)) if errors else 0


def nginx(folder, port):
    conf = os.path.join(folder, "nginx.conf")
    with open(conf, "w") as f:
        f.write(f"""worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{ access_log off; keepalive_requests 1000000; sendfile on; tcp_nopush on; open_file_cache max=100;
default_type text/html; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
uwsgi_temp_path {folder}; scgi_temp_path {folder};
server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}""")
    return Server(["nginx", "-c", conf, "-e", f"{folder}/error.log"], port)


def page_row(tmp, data, seconds, rows):
    """A public case page against the same bytes as a static file."""
    server = serve(data)
    path = re.search(rb'href="(/published/\d+/\d+)"', server.wait("/published"))
    if not path:
        raise SystemExit("bench: the demonstration has no published result")
    path = path.group(1).decode()
    body = server.wait(path)
    os.makedirs(os.path.join(tmp, "www"))
    with open(os.path.join(tmp, "www", "page.html"), "wb") as f:
        f.write(body)
    peer = nginx(tmp, free_port())
    peer.wait("/page.html")
    ratios, ours, theirs = [], [], []
    for _ in range(3):
        a, _, bad = wrk(f"http://127.0.0.1:{server.port}{path}", seconds)
        b, _, _ = wrk(f"http://127.0.0.1:{peer.port}/page.html", seconds)
        if bad:
            raise SystemExit("bench: the page fails")
        ours.append(a)
        theirs.append(b)
        ratios.append(a / b)
    peer.end()
    server.end()
    rows.append((f"public case page, {len(body)} bytes, 64 connections", f"{statistics.median(ours):,.0f}/s",
                 f"nginx, static file: {statistics.median(theirs):,.0f}/s", f"{statistics.median(ratios):.2f} ×", "≥ 0.8 ×"))


def load(server, data, seconds):
    """Intakes at 64 connections: rate, p99 in ms, the load's and the server's CPU in µs a matter."""
    offices = [str(r[0]) for r in sqlite3.connect(os.path.join(data, "dinh.db")).execute(
        "SELECT office_id FROM offices WHERE office_id / 10000000 % 10 = 2 ORDER BY office_id LIMIT 64")]
    answer = urllib.request.urlopen(f"http://127.0.0.1:{server.port}/submit/new?office={offices[0]}&kind=recommendation")
    cookies = "; ".join(c.split(";")[0] for c in answer.headers.get_all("Set-Cookie") or [])
    csrf = re.search(r'name="csrf" value="([^"]*)"', answer.read().decode()).group(1)
    before = server.cpu()
    out = sh(os.path.join(BUILD, "bench_load"), str(server.port), "64", str(seconds), cookies, csrf, *offices).split()
    if int(out[3]):
        raise SystemExit(f"bench: {out[3]} intakes failed")
    return float(out[0]), float(out[2]), float(out[4]), (server.cpu() - before) * 1e6 / (float(out[0]) * seconds)


def first_office(data):
    units = json.loads(sh(DINH, "--data", data, "units", "find", "phan rang", "--level", "commune", "--format", "json"))
    code = [u["id"] for u in units if u["id"].startswith("2025:")][0].split(":")[1]
    return f"20252{code}01"


def intake_row(tmp, data, seconds, rows):
    """Durable intake over HTTP against the same rows by bare SQLite."""
    ours, p99s, loads, cpus, group, single = [], [], [], [], [], []
    for seed in range(3):
        copy = os.path.join(tmp, f"intake{seed}")
        shutil.copytree(data, copy)
        server = serve(copy)
        server.wait("/healthz")
        for to, x in zip((ours, p99s, loads, cpus), load(server, copy, seconds)):
            to.append(x)
        server.end()
        for size, to in ((64, group), (1, single)):
            bare = os.path.join(tmp, f"bare{seed}.db")
            shutil.copy(os.path.join(data, "dinh.db"), bare)
            to.append(float(sh(os.path.join(BUILD, "bench_intake"), bare, str(size), str(seconds))))
            os.unlink(bare)
        shutil.rmtree(copy)
    a, b, c = (statistics.median(x) for x in (ours, group, single))
    rows.append(("durable intake of a matter over HTTP, 2 kB, full-text indexed, 64 connections",
                 f"{a:,.0f}/s, p99 {statistics.median(p99s):.0f} ms; {statistics.median(cpus):.0f} µs CPU, "
                 f"the load {statistics.median(loads):.0f} µs", f"bare SQLite, 64 in a commit: {b:,.0f}/s",
                 f"{statistics.median(x / y for x, y in zip(ours, group)):.2f} ×", "≥ 0.7 ×"))
    rows.append(("the same", f"{a:,.0f}/s", f"bare SQLite, one commit each: {c:,.0f}/s",
                 f"{statistics.median(x / y for x, y in zip(ours, single)):.2f} ×", "≥ 3 ×"))


def search_row(tmp, count, rows):
    folder = os.path.join(tmp, "search")
    os.makedirs(folder)
    corpus = os.path.join(ROOT, "..", "shared", "data", "search-corpus", "phapdien-articles.jsonl.gz")
    args = [os.path.join(BUILD, "bench_store"), "search", folder, str(count)]
    out = sh(*args, *([corpus] if os.path.exists(corpus) else []))
    p99 = [float(x) for x in re.findall(r"p99\s+([\d.]+)", out)]
    rows.append((f"search of {count:,} texts of 400 characters, ranked, first 20, one to three words", f"p99 {max(p99):.1f} ms" if p99
                 else "see below", "", "", "p99 ≤ 15 ms"))
    shutil.rmtree(folder)
    return out


def fill(tmp, data, count):
    """Matters of 400 characters through `dinh import cases`, in files of 50,000."""
    import random
    pick = random.Random(11)
    office = first_office(data)
    spent = 0
    for start in range(0, count, 50000):
        path = os.path.join(tmp, "cases.csv")
        with open(path, "w") as f:
            f.write("office,procedure,received,petitioner,name,address,phone,title,body\n")
            for i in range(start, min(count, start + 50000)):
                body = " ".join(pick.choices(WORDS, k=85))[:400]
                f.write(f"{office},feedback,2026-03-{1 + i % 28:02d},individual,Người {i},thôn {i % 30},,Việc số {i},{body}\n")
        began = time.perf_counter()
        sh(DINH, "--data", data, "import", "cases", path)
        spent += time.perf_counter() - began
    return count / spent


def sign_in(server):
    """The session cookie of the demonstration's leader in the office that all matters went to."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = opener.open(f"http://127.0.0.1:{server.port}/sign-in").read().decode()
    form = {"csrf": re.search(r'name="csrf" value="([^"]*)"', page).group(1), "login": "lanhdao.phanrang", "password": "dinh-demo-2026"}
    opener.open(f"http://127.0.0.1:{server.port}/sign-in", urllib.parse.urlencode(form).encode()).read()
    jar = [h for h in opener.handlers if isinstance(h, urllib.request.HTTPCookieProcessor)][0].cookiejar
    return "; ".join(f"{c.name}={c.value}" for c in jar)


def desk_row(server, count, rows):
    """The desk's own search and lists, whole pages, by one client."""
    import random
    pick, words = random.Random(3), list(dict.fromkeys(WORDS))
    cookie, times = sign_in(server), []
    client = http.client.HTTPConnection("127.0.0.1", server.port)

    def get(path):
        began = time.perf_counter()
        client.request("GET", path, headers={"Cookie": cookie})
        answer = client.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"bench: {path} says {answer.status}")
        return (time.perf_counter() - began) * 1000

    for i in range(900):
        n = 1 + i % 3
        asked = pick.sample(words, n)
        if i % 4 == 1:
            asked[0] = str(pick.randrange(count))
        elif i % 4 == 2:
            asked[-1] = asked[-1][:2]
        times.append(get("/desk?view=all&q=" + urllib.parse.quote(" ".join(asked))))
    times.sort()
    rows.append((f"search page at the desk, {count:,} matters in one office, one to three words, each in nearly half of them",
                 f"p50 {times[len(times) // 2]:.1f} ms, p99 {times[len(times) * 99 // 100]:.1f} ms", "", "", "p99 ≤ 15 ms"))
    lists = {v: statistics.median(get(f"/desk?view={v}") for _ in range(9)) for v in ("open", "late", "mine", "all")}
    rows.append(("lists at the desk, the same office", ", ".join(f"{k} {v:.1f} ms" for k, v in lists.items()), "", "", "–"))


def filled(tmp, data, count, kept):
    """A data directory with so many matters, and how fast they came in; one made before when kept."""
    if kept:
        return kept, None
    big = os.path.join(tmp, "big")
    shutil.copytree(data, big)
    return big, fill(tmp, big, count)


def memory_row(tmp, data, count, rows, kept):
    big, rate = filled(tmp, data, count, kept)
    starts = []
    for _ in range(5):
        server = serve(big)
        server.wait("/healthz")
        starts.append(time.perf_counter() - server.start)
        server.end()
    server = serve(big)
    server.wait("/published")
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(1000)]
    for s in idle:
        s.sendall(b"GET /published HTTP/1.1\r\nHost: x\r\n\r\n")
    for s in idle:
        s.recv(65536)
    wrk(f"http://127.0.0.1:{server.port}/published", 3)
    memory = server.memory()
    for s in idle:
        s.close()
    desk_row(server, count, rows)
    server.end()
    rows.append((f"private memory with 1,000 open connections and {count:,} matters stored", f"{memory / 1048576:.1f} MB", "", "",
                 "≤ 64 MB"))
    rows.append(("first answer after start, same data", f"{statistics.median(starts) * 1000:.0f} ms", "", "", "≤ 300 ms"))
    if rate:
        rows.append(("import of matters from CSV", f"{rate:,.0f}/s", "", "", "–"))
    return big


def redate_row(tmp, count, rows):
    """What a change of law costs, when its bench is there: the last line it prints."""
    if not os.path.exists(os.path.join(ROOT, "bench", "bench_redate.c")):
        return
    sh("ninja", "-C", BUILD, "bench_redate")
    os.makedirs(os.path.join(tmp, "redate"))
    told = sh(os.path.join(BUILD, "bench_redate"), os.path.join(tmp, "redate"), str(count)).strip().splitlines()[-1]
    rows.append((f"{count:,} open steps given new days after a change of law, an act each", told, "", "", "1,000,000 in ≤ 5 s"))


def make_world(tmp, count, kept=None):
    """A province with so many matters, five years of them."""
    world = kept or os.path.join(tmp, f"world{count}")
    if not kept:
        sh(DINH, "--data", world, "init", "--demo")
        sh(os.path.join(BUILD, "bench_world"), world, str(count))
    return world


def review(world, office):
    """What bench_review says, as a table; and seconds of the command in a process of its own, which has the hashes in it."""
    words = sh(os.path.join(BUILD, "bench_review"), world, office, "2025-12-15", "2026-06-14").split()
    began = time.perf_counter()
    sh(DINH, "--data", world, "review", "compute", "--unit", office, "--subtree", "--period", "2026-H1", "--form", "all",
       "--format", "json")
    return dict(zip(words[::2], map(float, words[1::2]))), time.perf_counter() - began


def review_row(tmp, count, rows, kept):
    """The six forms of a half-year and all communes against a plain scan of the same columns; ten times the records."""
    sh("ninja", "-C", BUILD, "bench_world", "bench_review")
    world, small = make_world(tmp, count, kept), make_world(tmp, count // 10)
    office = str(sqlite3.connect(os.path.join(world, "dinh.db")).execute(
        "SELECT office_id FROM cases WHERE office_id / 10000000 % 10 = 1 GROUP BY office_id ORDER BY count(*) DESC LIMIT 1").fetchone()[0])
    acts = sqlite3.connect(os.path.join(world, "dinh.db")).execute("SELECT count(*) FROM acts").fetchone()[0]
    review(small, office)
    review(world, office)
    less, _ = review(small, office)
    more, cold = review(world, office)
    rows.append((f"all forms of a half-year, 65 communes, {count:,} matters with {acts:,} acts: a process from its start, JSON with the "
                 "hash of each list", f"{cold * 1000:.0f} ms", "", "", "≤ 1 s"))
    rows.append(("the same in a process that runs", f"{more['forms']:.1f} ms", f"plain C scan of the columns: {more['plain']:.1f} ms",
                 f"{more['forms'] / more['plain']:.2f} ×", "≤ 2 ×"))
    rows.append(("the same with the hash of the list behind each figure", f"{more['hashes']:.1f} ms", "", "", "–"))
    rows.append((f"the same, {count:,} against {count // 10:,} matters", f"{more['forms']:.1f} ms", f"{less['forms']:.1f} ms",
                 f"{more['forms'] / less['forms']:.1f} ×", "≤ 10 ×"))
    board_row(world, rows)
    list_row(world, office, rows)
    rows.append(("the province's review as it was frozen", f"{more['frozen']:.1f} ms", "", "", "≤ 10 ms"))


def list_row(world, office, rows):
    """The register of the province as a workbook: time and the most memory it held."""
    began = time.perf_counter()
    path = os.path.join(world, "incoming", "bench.xlsx")
    p = subprocess.Popen([DINH, "--data", world, "export", "cases", "--unit", office, "--subtree", "--out", path],
                         stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode:
        raise SystemExit("export cases failed")
    with open(path, "rb") as f:
        size = f.seek(0, 2)
    os.unlink(path)
    rows.append((f"the register of all offices as a workbook ({size / 1e6:.0f} MB) in {time.perf_counter() - began:.0f} s: memory",
                 f"{used.ru_maxrss / 1024:.0f} MB", "", "", "≤ 64 MB"))


def board_row(world, rows):
    """The board's page with all communes: kept ready, and the first after another commit is counted in the background."""
    server = serve(world)
    try:
        server.wait("/board")
        times = []
        for i in range(20):
            began = time.perf_counter()
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}/board?n={i}").read()
            times.append(time.perf_counter() - began)
    finally:
        server.end()
    began = time.perf_counter()
    sh(DINH, "--data", world, "board", "--format", "json")
    whole = time.perf_counter() - began
    rows.append(("the board's page, 65 communes, made anew for each request", f"{sorted(times)[10] * 1000:.1f} ms", "", "", "≤ 20 ms"))
    rows.append(("the board counted from nothing, a process from its start", f"{whole * 1000:.0f} ms", "", "", "–"))


def warn_row(tmp, count, rows):
    """The sweep of warnings over so many open steps: when nothing is due, and on the next working morning."""
    import datetime
    world = os.path.join(tmp, "open")
    sh(DINH, "--data", world, "init", "--demo")
    sh("ninja", "-C", BUILD, "bench_world")
    sh(os.path.join(BUILD, "bench_world"), world, str(count), "open")

    def sweep(day):
        began = time.perf_counter()
        said = json.loads(sh(DINH, "--data", world, "--now", f"{day}T09:00:00+07:00", "warn", "--run", "--format", "json"))
        return said["told"], time.perf_counter() - began

    day = datetime.date.today() + datetime.timedelta(days=1)
    first, following = sweep(day)
    _, idle = sweep(day)
    told, spent = 0, 0
    while not told:
        day += datetime.timedelta(days=1)
        told, spent = sweep(day)
    rows.append((f"warnings of {count:,} open steps: a sweep when no mark is reached; the first one, which follows all acts",
                 f"{idle * 1000:.0f} ms; {following:.1f} s, {first:,} told", "", "", "–"))
    rows.append(("the same on a working morning, an act and a notice each",
                 f"{told:,} told in {spent:.1f} s: {spent / told * 1e6:.0f} µs each", "", "", "–"))
    shutil.rmtree(world)


def machine():
    with open("/proc/cpuinfo") as f:
        model = re.search(r"model name\s*:\s*(.+)", f.read())
    return f"{os.cpu_count()} cores ({model.group(1) if model else platform.machine()}), {platform.system()} {platform.release()}"


def table(rows):
    head = ("what", "Dinh", "peer, same run", "ratio", "goal")
    lines = ["| " + " | ".join(head) + " |", "|---|---|---|---|---|"]
    return "\n".join(lines + ["| " + " | ".join(r) + " |" for r in rows])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--write", action="store_true")
    p.add_argument("--quick", action="store_true")
    p.add_argument("--rows", type=int, default=1000000)
    p.add_argument("--filled", metavar="DIR")
    p.add_argument("--world", metavar="DIR")
    p.add_argument("--only", choices=["postgres"])
    p.add_argument("--note", default="")
    o = p.parse_args()
    seconds, count = (2, 20000) if o.quick else (6, o.rows)
    rows = []
    build()
    with tempfile.TemporaryDirectory(prefix="dinh-bench-") as tmp:
        data = os.path.join(tmp, "data")
        sh(DINH, "--data", data, "init", "--demo", "--cases", "200")
        if o.only == "postgres":
            postgres.all_rows(sys.modules[__name__], tmp, data, filled(tmp, data, count, o.filled)[0], seconds, rows)
            print(table(rows))
            return
        # rented machines slow down after a minute of full load: what needs both processors most comes first, then a rest
        intake_row(tmp, data, seconds, rows)
        time.sleep(0 if o.quick else 20)
        page_row(tmp, data, seconds, rows)
        postgres.all_rows(sys.modules[__name__], tmp, data, memory_row(tmp, data, count, rows, o.filled), seconds, rows)
        review_row(tmp, count, rows, o.world)
        warn_row(tmp, count, rows)
        redate_row(tmp, count, rows)
        details = search_row(tmp, count, rows)
    text = f"Measured on {machine()}, {time.strftime('%Y-%m-%d')}. {o.note}\n\n{table(rows)}\n\n```\n{details.strip()}\n```\n"
    print(text)
    if o.write:
        with open(os.path.join(ROOT, "docs", "benchmarks.md"), "w") as f:
            f.write("# Benchmarks\n\n`make bench` prints this; `python3 bench/run.py --write` puts it here. Machines differ and are "
                    "noisy: read the ratios.\n\n" + text)


if __name__ == "__main__":
    main()
