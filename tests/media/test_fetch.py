import re
import socket
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

import pytest

from notebook_labeler.domain.inputs import Input
from notebook_labeler.errors import FetchRefused, UnreadableInput
from notebook_labeler.media import addresses
from notebook_labeler.media.addresses import is_public, public_addresses
from notebook_labeler.media.fetch import Media, fetch
from notebook_labeler.media.image import open_image

HOLD = threading.Event()  # never set while a test runs: what waits for it is what hangs


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    png = b""
    seen: ClassVar[list] = []

    def log_message(self, *_):
        pass

    def answer(self, body, length=None, status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def do_GET(self):
        Handler.seen.append((self.path, dict(self.headers)))
        page, _, rest = self.path.lstrip("/").partition("/")
        try:
            getattr(self, "page_" + page.split(".")[0].split("?")[0], self.missing)(rest)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def missing(self, _):
        self.answer(b"<html>no</html>", status=404)

    def page_a(self, _):
        self.answer(self.png)

    def page_html(self, _):
        self.answer(b"<!doctype html><script>alert(1)</script>" * 20, Content_Type="image/png")

    def page_svg(self, _):
        self.answer(b"<svg onload='alert(1)'/>", Content_Type="image/svg+xml")

    def page_empty(self, _):
        self.answer(b"")

    def page_to(self, rest):
        self.answer(b"", status=302, Location=unquote(rest).replace("|", "/"))

    def page_relative(self, _):
        self.answer(b"", status=307, Location="../a.png")

    def page_loop(self, _):
        self.answer(b"", status=301, Location="/loop")

    def page_nowhere(self, _):
        self.answer(b"", status=301)

    def page_short(self, _):
        self.answer(self.png, length=len(self.png) + 1000)

    def page_boast(self, _):
        self.answer(self.png, length=10**12)

    def page_nonsense(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + self.png)
        self.close_connection = True

    def page_understated(self, _):
        self.answer(self.png, length=len(self.png) // 2)

    def page_endless(self, _):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        block = self.png[:8] + b"\0" * 65528
        while True:
            self.wfile.write(b"10000\r\n" + block + b"\r\n")

    def page_gzip(self, _):
        self.answer(self.png, Content_Encoding="gzip")

    def page_silent(self, _):
        HOLD.wait(20)

    def page_stalled(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + self.png)
        HOLD.wait(20)

    def page_trickle(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + self.png)
        while not HOLD.wait(0.05):
            self.wfile.write(b"\0")

    def page_headers(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not HOLD.wait(0.05):
            self.wfile.write(b"x")

    def page_noise(self, _):
        self.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        self.close_connection = True


@pytest.fixture(scope="module")
def server(tools):
    Handler.png = tools.encoded(tools.quadrants())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    HOLD.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def at(server):
    Handler.seen.clear()
    return lambda path: f"http://127.0.0.1:{server.server_port}/{path}"


def refused(url, **options):
    options = {"allow_private": True, **options}
    with pytest.raises(FetchRefused) as error:
        fetch(url, **options)
    text = str(error.value)
    assert text.startswith("expected ")
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 300
    return text


def test_G01_a_picture_is_fetched(at):
    assert fetch(at("a.png"), allow_private=True) == Handler.png
    (path, headers) = Handler.seen[0]
    assert path == "/a.png"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Host"].startswith("127.0.0.1:")


def test_odd_characters_in_an_address_are_sent_encoded_and_its_fragment_is_not(at):
    assert fetch(at("a.png?q=é&r=%20x#part"), allow_private=True)
    assert Handler.seen[0][0] == "/a.png?q=%C3%A9&r=%20x"


def test_redirects_are_followed_a_few_times(at, server):
    there = f"http:||127.0.0.1:{server.server_port}|a.png"
    assert fetch(at(f"to/{there}"), allow_private=True) == Handler.png
    assert fetch(at("relative/x"), allow_private=True) == Handler.png
    assert "more than 5 redirects" in refused(at("loop"))
    assert len([1 for path, _ in Handler.seen if path == "/loop"]) == 6


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("html", "got HTML data"),
        ("svg", "got SVG data"),
        ("empty", "got something else"),
        ("gone", "HTTP status 404"),
        ("short", r"expected 1,\d+ bytes from 'short', got \d+;"),
        ("boast", "expected at most 52,428,800 bytes, got 1,000,000,000,000"),
        ("gzip", "compressed"),
        ("noise", "is no HTTP|broke the connection"),
        ("to/file:|||etc|passwd", "expected an http or https address"),
        ("to/ftp:||127.0.0.1|a", "expected an http or https address"),
        ("to/http:||user:secret@127.0.0.1|a", "check its spelling"),
        ("nowhere", "redirect to nowhere"),
    ],
)
def test_an_answer_that_is_no_picture_is_refused(at, page, words):
    assert re.search(words, refused(at(page)))


def test_a_wrong_content_length_harms_nobody(at):
    assert fetch(at("nonsense"), allow_private=True) == Handler.png
    half = fetch(at("understated"), allow_private=True)
    assert half == Handler.png[: len(Handler.png) // 2]
    with pytest.raises(UnreadableInput):
        open_image(half)


def test_an_endless_answer_is_cut_at_the_limit(at):
    assert "at most 1,000,000 bytes" in refused(at("endless"), limit_bytes=1_000_000)


def test_who_does_not_answer_is_left(at):
    assert "did not answer in time" in refused(at("silent"), timeout=0.2)
    assert "did not answer in time" in refused(at("stalled"), timeout=0.2)


@pytest.mark.parametrize("page", ["trickle", "headers"])
def test_who_answers_drop_by_drop_is_left_too(at, page):
    assert "took too long altogether" in refused(at(page), timeout=5, total_timeout=0.5)


def test_nobody_there_is_a_sentence():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "refused the connection" in refused(f"http://127.0.0.1:{port}/a.png")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0.0.0.0",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1",
        "239.255.255.250", "240.0.0.1", "255.255.255.255", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[fec0::1]",
        "[ff02::1]", "[2001:db8::1]", "[2001:0:53aa:64c::1]",
    ],
)  # fmt: skip
def test_private_addresses_in_every_spelling_are_refused_unasked(host, monkeypatch):
    def never(*_):
        raise AssertionError("connected")

    monkeypatch.setattr("notebook_labeler.media.visit.connected", never)
    assert "private network" in refused(f"http://{host}/a.png", allow_private=False)


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"],
)
def test_public_addresses_are_public(address):
    assert is_public(address)


def test_what_is_no_address_is_not_public():
    assert not is_public("example.org")
    assert not is_public("")


def test_a_host_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    answers = [(socket.AF_INET, 1, 6, "", (ip, 80)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    assert "private network" in refused("http://two-faced.example/", allow_private=False)


def test_a_redirect_into_the_private_network_is_refused(at, server, monkeypatch):
    """The first host is taken for public; where it sends us is not."""
    real = addresses.is_public
    monkeypatch.setattr(addresses, "is_public", lambda ip: ip == "127.0.0.1" or real(ip))
    assert fetch(at("a.png")) == Handler.png
    for there in ("http:||169.254.169.254|latest", "http:||[::1]|", "http:||10.0.0.1|"):
        assert "private network" in refused(at(f"to/{there}"), allow_private=False)


def test_the_address_that_was_checked_is_the_one_connected_to(at, server, monkeypatch):
    """A name server that answers differently the second time is not asked a second time."""
    asked = []

    def once(host, port, **_):
        asked.append(host)
        assert asked.count(host) == 1
        return [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", once)
    monkeypatch.setattr(addresses, "is_public", lambda ip: ip == "127.0.0.1")
    assert fetch(f"http://rebinding.example:{server.server_port}/a.png") == Handler.png
    assert asked == ["rebinding.example"]
    assert Handler.seen[-1][1]["Host"] == f"rebinding.example:{server.server_port}"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://h/a.png", "data:image/png;base64,AA", "javascript:alert(1)", "//h/a.png", "",
        "http://", "http:///a.png", "http://h:99999/a", "http://h:x/", "http://[::1/", "http://u:p@h/",
        "http://h/\r\nX: y", "http://h/a b", "http://h\\@x/", "http://\udce9/", "http://" + "ä" * 100 + "/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url, monkeypatch):
    def never(*_, **__):
        raise AssertionError("asked the name server")

    monkeypatch.setattr(socket, "getaddrinfo", never)
    assert "expected an http or https address" in refused(url)


def test_a_host_that_does_not_exist_or_never_resolves_is_a_sentence(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")  # some networks answer for every name

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "host cannot be found" in refused("http://no-such-host.invalid/a.png")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: HOLD.wait(20) and [])
    with pytest.raises(FetchRefused, match="host cannot be found"):
        public_addresses("slow.example", 80, "x", True, 0.1)


def test_https_checks_the_name_on_the_certificate(tmp_path, tools, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=pictures.example",
         "-addext", "subjectAltName=DNS:pictures.example", "-keyout", key, "-out", certificate],
        capture_output=True,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    Handler.png = tools.encoded(tools.quadrants())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # the refused handshake is what we want
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **kw: real("127.0.0.1", port, **kw))
    try:
        assert "no valid certificate" in refused(f"https://pictures.example:{server.server_port}/a.png")
        trusting = ssl.create_default_context(cafile=certificate)
        monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
        assert fetch(f"https://pictures.example:{server.server_port}/a.png", allow_private=True) == Handler.png
        assert "no valid certificate" in refused(f"https://other.example:{server.server_port}/a.png")
    finally:
        server.shutdown()
        server.server_close()


def test_media_gives_paths_as_they_are():
    assert Media("/nowhere").source(Input.at("/photos/a.jpg")) == Path("/photos/a.jpg")


def test_media_fetches_a_url_once_and_keeps_it(at, tmp_path):
    media = Media(tmp_path, allow_private=True)
    given = Input.at(at("a.png"))
    threads = [threading.Thread(target=media.source, args=(given,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    path = media.source(given)
    assert isinstance(path, Path)
    assert path.read_bytes() == Handler.png
    assert tmp_path in path.parents
    assert len(Handler.seen) == 1
    assert Media(tmp_path).source(given) == path  # another session needs no network
    path.write_bytes(b"damaged")
    assert media.source(given).read_bytes() == Handler.png
    assert len(Handler.seen) == 2


def test_media_gives_the_content_where_it_cannot_be_kept(at, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert Media(tmp_path / "file", allow_private=True).source(Input.at(at("a.png"))) == Handler.png


def test_media_refuses_private_addresses_unless_told(at, tmp_path):
    with pytest.raises(FetchRefused, match="private network"):
        Media(tmp_path).source(Input.at(at("a.png")))
    assert not Handler.seen
    assert not list(tmp_path.iterdir())


def test_a_refused_answer_is_not_kept(at, tmp_path):
    with pytest.raises(FetchRefused, match="HTML"):
        Media(tmp_path, allow_private=True).source(Input.at(at("html")))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
