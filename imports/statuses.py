"""Which column a tracker's status word means: the board's own map, a column of that name, or the usual words."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from imports.status_words import LOCAL_WORDS

QUEUE, ACTIVE, WAITING, DONE = "queue", "active", "waiting", "done"
STAGES: Final = (QUEUE, ACTIVE, WAITING, DONE)

# What Jira, GitHub, GitLab, Zendesk, ServiceNow, PagerDuty, Opsgenie, Trello, Linear, Redmine and Bugzilla call things.
USUAL_WORDS: Final[Mapping[str, str]] = {
    word: stage
    for stage, words in {
        QUEUE: (
            "to do|todo|open|opened|new|created|backlog|icebox|inbox|ideas|triage|needs triage|in triage|untriaged|"
            "triggered|firing|reopened|reopen|unassigned|unconfirmed|confirmed|accepted|assigned|ready|"
            "ready for development|"
            "ready for work|ready to start|selected for development|selected|planned|scheduled|next|next up|up next|"
            "queued|draft|requested|submitted|registered|not started|unstarted|proposed|approved|this sprint|"
            "sprint backlog"
        ),
        ACTIVE: (
            "in progress|progress|doing|active|started|working|work in progress|wip|in development|development|"
            "developing|implementing|in work|being worked on|in review|review|reviewing|code review|in code review|"
            "peer review|under review|pull request|pr open|in test|in testing|testing|test|qa|in qa|verification|"
            "verifying|validation|acknowledged|investigating|under investigation|analysis|in analysis|fixing|"
            "deploying|merging|ready for review|ready for test|ready for testing|ready for qa|identified|mitigating"
        ),
        WAITING: (
            "blocked|on hold|hold|waiting|pending|waiting for customer|waiting for support|waiting for approval|"
            "waiting for information|waiting on customer|waiting for others|waiting for third party|awaiting approval|"
            "awaiting feedback|awaiting user info|awaiting evidence|awaiting problem|awaiting vendor|awaiting|"
            "feedback|needs info|need info|needs information|more info needed|needinfo|impeded|paused|suspended|"
            "deferred|postponed|snoozed|stalled|parked|monitoring|escalated"
        ),
        DONE: (
            "done|closed|close|resolved|fixed|complete|completed|finished|cancelled|canceled|won't fix|wont fix|"
            "won't do|wont do|will not fix|duplicate|rejected|declined|abandoned|invalid|obsolete|merged|released|"
            "deployed|shipped|solved|verified|archived|not a bug|cannot reproduce|can't reproduce|works for me|"
            "worksforme|incomplete|migrated|delivered|live|in production|not planned|closed complete|"
            "closed incomplete|closed skipped|answered|withdrawn|expired|removed"
        ),
    }.items()
    for word in f"{words}|{LOCAL_WORDS[stage]}".split("|")
}


@dataclass(frozen=True, slots=True)
class StatusColumn:
    """A column as the statuses see it; the order of a list of them is from left to right."""

    id: int
    name: str
    stage: str


@dataclass(slots=True)
class StatusMap:
    """Finds the columns of one board for the words of one source; remembers what it has found.

    `mapped` is the board's own map (normal word to column id), `stages` what the source itself says of its words
    (normal word to stage), which counts more than what the words usually mean.
    """

    columns: Sequence[StatusColumn]
    mapped: Mapping[str, int] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    _found: dict[str, StatusColumn | None] = field(default_factory=dict)

    def first(self, stage: str) -> StatusColumn | None:
        """Return the leftmost column of a stage, or None where the board has none."""
        return next((column for column in self.columns if column.stage == stage), None)

    @property
    def start(self) -> StatusColumn:
        """Return where an item stands that nothing else is known of: the first queue column, else the first."""
        return self.first(QUEUE) or self.columns[0]

    def find(self, status: str) -> StatusColumn | None:
        """Return the column of a status word, None where it stays unknown."""
        if status not in self._found:
            self._found[status] = self._find(normal_word(status))
        return self._found[status]

    def column(self, status: str) -> StatusColumn:
        """Return the column of a status word; one that stays unknown stands in the first column."""
        return self.find(status) or self.columns[0]

    def _find(self, word: str) -> StatusColumn | None:
        column_id = self.mapped.get(word)
        for column in self.columns:
            if column.id == column_id:
                return column
        for column in self.columns:
            if normal_word(column.name) == word:
                return column
        usual, said = USUAL_WORDS.get(word), self.stages.get(word)
        # Sources know no waiting: what is in progress there, and is called so, waits.
        stage = usual if said is None or (said == ACTIVE and usual == WAITING) else said
        return self.first(stage) if stage else None


def normal_word(status: str) -> str:
    """Return a status word without what trackers write differently: case, width, spaces, hyphens, apostrophes."""
    plain = unicodedata.normalize("NFKC", status) if not status.isascii() else status
    return re.sub(r"[\s_-]+", " ", plain.replace("’", "'")).strip().casefold()
