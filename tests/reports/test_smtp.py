"""What becomes of a message that is handed to a mail server, stage by stage."""

from dataclasses import replace

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword, Session

from reports.mailing.smtp import Envelope, SmtpSession, UnreachableError
from reports.outcome import Fate, Outcome
from tests.reports.mail_servers import Rude, Sink, at, running, running_rude

MESSAGE = b"Subject: Hello\r\n\r\n" + b".dots\n..and lines\n" * 4000


def envelope(recipient: str = "lead@example.com") -> Envelope:
    return Envelope(sender="toil@example.com", recipient=recipient, message=MESSAGE)


def send(session: SmtpSession, recipient: str = "lead@example.com") -> Outcome:
    return session.send(envelope(recipient), hand_over=lambda: True)


def test_a_message_arrives_as_it_was_with_its_dots() -> None:
    sink = Sink()

    with running(sink) as server, SmtpSession(server) as session:
        outcome = send(session)

    assert outcome.fate == Fate.ACCEPTED
    assert sink.recipients == ["lead@example.com"]
    assert sink.envelopes[0].original_content == MESSAGE.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_one_connection_carries_many_messages() -> None:
    sink = Sink()

    with running(sink) as server, SmtpSession(server) as session:
        fates = [send(session, f"{name}@example.com").fate for name in "abc"]

    assert fates == [Fate.ACCEPTED] * 3
    assert len(sink.sessions) == 1


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        ("451 Try later", Fate.RETRY),
        ("421 Closing", Fate.RETRY),
        ("550 No", Fate.REFUSED),
        ("999 What", Fate.UNCERTAIN),
    ],
)
def test_the_answer_to_the_message_decides(answer: str, fate: Fate) -> None:
    with running(Sink(answers=[answer])) as server, SmtpSession(server) as session:
        outcome = send(session)
        next_one = send(session)

    assert (outcome.fate, outcome.detail) == (fate, answer)
    assert next_one.fate == Fate.ACCEPTED


def test_a_refused_recipient_leaves_the_others_alone() -> None:
    sink = Sink(refused={"gone@example.com": "550 No such person", "full@example.com": "452 Mailbox full"})

    with running(sink) as server, SmtpSession(server) as session:
        outcomes = [send(session, f"{name}@example.com") for name in ("gone", "full", "lead")]

    assert [outcome.fate for outcome in outcomes] == [Fate.REFUSED, Fate.RETRY, Fate.ACCEPTED]
    assert outcomes[0].detail == "RCPT TO: 550 No such person"
    assert len(sink.sessions) == 1


@pytest.mark.parametrize(
    ("stage", "manner"),
    [
        *(("MAIL", manner) for manner in ("hang", "close")),
        *(("RCPT", manner) for manner in ("hang", "close")),
        *(("DATA", manner) for manner in ("hang", "close")),
        ("middle", "close"),
    ],
)
def test_what_breaks_off_before_the_message_is_complete_may_be_tried_again(stage: str, manner: str) -> None:
    rude = Rude(stage, manner)

    with running_rude(rude) as server, SmtpSession(replace(server, settle=0.5)) as session:
        outcome = send(session)

    assert outcome.fate == Fate.RETRY
    assert outcome.is_mute == (manner == "hang")
    assert rude.complete == 0


@pytest.mark.parametrize("manner", ["hang", "close"])
def test_what_breaks_off_after_the_last_dot_is_uncertain(manner: str) -> None:
    rude = Rude("end", manner)

    with running_rude(rude) as server, SmtpSession(server) as session:
        outcome = send(session)

    assert outcome.fate == Fate.UNCERTAIN
    assert rude.complete == 1


@pytest.mark.parametrize(("stage", "manner"), [("connect", "hang"), ("connect", "close"), ("EHLO", "hang")])
def test_a_server_that_opens_no_session_is_unreachable(stage: str, manner: str) -> None:
    with running_rude(Rude(stage, manner)) as server, SmtpSession(server) as session, pytest.raises(UnreachableError):
        send(session)


def test_a_server_without_encryption_is_not_spoken_to_where_it_was_asked_for() -> None:
    sink = Sink()

    with running(sink) as server:
        session = SmtpSession(replace(server, is_starttls=True))
        with session, pytest.raises(UnreachableError, match="STARTTLS"):
            send(session)

    assert sink.envelopes == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_server_that_wants_a_password_gets_it() -> None:
    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"toil", b"secret"))

    sink = Sink()
    options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    with running(sink, **options) as server:
        with SmtpSession(replace(server, user="toil", password="secret")) as session:
            let_in = send(session)
        with SmtpSession(replace(server, user="toil", password="wrong")) as session, pytest.raises(UnreachableError):
            send(session)

    assert let_in.fate == Fate.ACCEPTED
    assert len(sink.envelopes) == 1


def test_a_port_that_nobody_listens_on_is_unreachable() -> None:
    with SmtpSession(at(1)) as session, pytest.raises(UnreachableError):
        send(session)


def test_a_message_can_be_called_back_until_its_last_dot() -> None:
    sink = Sink()

    with running(sink) as server, SmtpSession(server) as session:
        withdrawn = session.send(envelope(), hand_over=lambda: False)
        sent = send(session)

    assert (withdrawn.fate, sent.fate) == (Fate.WITHDRAWN, Fate.ACCEPTED)
    assert len(sink.envelopes) == 1


def test_the_caller_hears_a_pulse_before_each_wait() -> None:
    beats: list[int] = []

    with running(Sink()) as server, SmtpSession(server, pulse=lambda: beats.append(1)) as session:
        send(session)

    assert len(beats) >= 5
