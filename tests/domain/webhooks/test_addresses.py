"""Where webhooks may go: what is typed, and what it leads to."""

import pytest

from bot.domain.errors import AnswersRejected
from bot.domain.webhooks.addresses import LONGEST, host_of, is_inside, read_address

INSIDE = [
    "0.0.0.1",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "none",
    "",
]
OUTSIDE = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "168.63.129.17",
    "172.15.0.1",
    "172.32.0.1",
    "192.167.255.255",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:800::200e",
]


@pytest.mark.parametrize("ip", INSIDE)
def test_what_is_none_of_the_open_internet_is_inside_in_whatever_form(ip: str) -> None:
    assert is_inside(ip)


@pytest.mark.parametrize("ip", OUTSIDE)
def test_the_open_internet_is_outside(ip: str) -> None:
    assert not is_inside(ip)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("https://hooks.example.com", "https://hooks.example.com"),
        ("  https://hooks.example.com/a?b=c#d ", "https://hooks.example.com/a?b=c"),
        ("https://hooks.example.com:8443/", "https://hooks.example.com:8443/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/"),
        ("HTTPS://Hooks.Example.com/", "https://Hooks.Example.com/"),
        ("https://müller.example/", "https://müller.example/"),
        ("http://crm.office.internal:8080/x", "http://crm.office.internal:8080/x"),
        ("http://CRM.office.internal./x", "http://CRM.office.internal./x"),
    ],
)
def test_an_address_of_the_open_internet_is_taken_and_so_is_what_the_operator_allows(
    typed: str, read: str
) -> None:
    assert read_address(typed, {"crm.office.internal"}) == read


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "no_address"),
        ("hooks.example.com", "no_address"),
        ("ftp://hooks.example.com", "no_address"),
        ("https://", "no_address"),
        ("https://[::1", "no_address"),
        ("https://hooks.example.com:99999/", "no_address"),
        ("https://hooks.example.com /", "no_address"),
        ("https://hooks.example.com\\@127.0.0.1/", "no_address"),
        ("https://hooks.exa\u200bmple.com/", "no_address"),
        ("https://emma:pw@hooks.example.com", "has_credentials"),
        ("https://@hooks.example.com", "has_credentials"),
        ("http://hooks.example.com", "not_https"),
        ("https://localhost/", "address_inside"),
        ("https://localhost./", "address_inside"),
        ("https://crm/", "address_inside"),
        ("https://printer.local/", "address_inside"),
        ("https://metadata.google.internal/", "address_inside"),
        ("https://127.0.0.1/", "address_inside"),
        ("https://127.1/", "address_inside"),
        ("https://2130706433/", "address_inside"),
        ("https://0x7f000001/", "address_inside"),
        ("https://0x7f.0.0.1/", "address_inside"),
        ("https://0177.0.0.1/", "address_inside"),
        ("https://8.8.8.08/", "address_inside"),
        ("https://[::ffff:127.0.0.1]/", "address_inside"),
        ("https://[64:ff9b::a00:1]/", "address_inside"),
        (f"https://hooks.example.com/{'x' * LONGEST}", "too_long"),
    ],
)
def test_any_other_is_refused_with_what_is_wrong(typed: str, code: str) -> None:
    with pytest.raises(AnswersRejected) as refused:
        read_address(typed, {"crm.office.internal"})

    assert [(each.question, each.code) for each in refused.value.problems] == [("address", code)]


def test_only_the_host_is_told_to_others() -> None:
    assert host_of("https://hooks.example.com:8443/T0/secret?key=1") == "hooks.example.com"
