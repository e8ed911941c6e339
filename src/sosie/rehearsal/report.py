"""What a rehearsal found, as numbers for programs and as a page for people."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sosie.rehearsal.air import Delays, Log
from sosie.rehearsal.measures import Repeats, free, largest_interval, repeats, runs, sentences, shares_of_languages

Machine = Mapping[str, float | str | None]
"""cpu, cores, load: what the costs were measured on."""
PLAIN_WORDS = (
    "This was a rehearsal: no clone, no voice, no picture, and no output. Nothing was shown or heard by anybody, so nobody's "
    "consent was needed and no AI label was drawn; on air both are, always."
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What was asked for."""

    show: str
    """Name of the file."""
    hours: float
    seed: int
    comments_per_minute: float
    delays: Delays
    misspoken: float
    """Share of the utterances with a number that the voice was made to say wrong."""
    n_products: int
    n_topics: int
    """Segments without a product."""


@dataclass(frozen=True, slots=True)
class Report:
    """All seconds are of the show but ``wall_seconds``; milliseconds are of computing."""

    setting: Setting
    machine: Machine
    wall_seconds: float
    show_hours: float
    utterances: Mapping[str, int]
    """By kind."""
    sentences: int
    repeated_sentences: Repeats
    """Of the whole show but notices and "are you real?"."""
    repeated_runs: Repeats
    repeated_sentences_of_script: Repeats
    """The same without answers, which come again when they are asked for again."""
    repeated_runs_of_script: Repeats
    comments: Mapping[str, int]
    viewers: int
    deeds: Mapping[str, int]
    """What guests did, orders included."""
    thanked: int
    """People who got a word for it, alone or together with others; the same viewer twice within one word counts once."""
    unthanked: Mapping[str, int]
    answers: int
    delay_median: float | None
    delay_p95: float | None
    delay_at_once_median: float | None
    """Of those that found nothing urgent under way."""
    passed_over: Mapping[str, int]
    refused_claims: Mapping[str, int]
    """Sentences that the claims firewall left out, by kind and reason."""
    misspoken: int
    """Utterances that were said wrong on purpose."""
    caught: int
    """Of them found by the ear."""
    went_wrong: Mapping[str, int]
    """What the ear found, by kind; "price changed" needs nobody's mistake."""
    false_alarms: int
    corrections: int
    correction_median: float | None
    """From the end of the wrong words to the correction's first."""
    correction_worst: float | None
    understood: Mapping[str, int]
    notices: int
    largest_notice_interval: float
    longest_silence: float
    silent_share: float
    """Of the show, in silences of a tenth of a second and more."""
    languages: Mapping[str, float]
    made_anew_share: float
    """Of the utterances: those the voice had to make, because they had not been said lately."""
    catalogue_changes: int
    reconnects: int
    decisions: int
    decision_ms_median: float
    decision_ms_p99: float
    decision_ms_worst: float
    director_kb: Sequence[tuple[float, float]]
    """(hour, kB): what the director holds with all it remembers, once an hour."""
    memory_mb_before: float
    memory_mb_after: float
    """Of the whole process; the growth holds this rehearsal's own notes."""


def report_of(
    log: Log, setting: Setting, *, machine: Machine, wall_seconds: float, memory_mb: tuple[float, float]
) -> Report:
    own = free(log.said)
    script = [one for one in own if one.kind == "line"]
    costs = np.array([1000 * seconds for _, seconds in log.decisions] or [0.0])
    return Report(
        setting=setting,
        machine=machine,
        wall_seconds=wall_seconds,
        show_hours=log.seconds / 3600,
        utterances=dict(Counter(one.kind for one in log.said)),
        sentences=sum(1 for _ in sentences(log.said)),
        repeated_sentences=repeats(list(sentences(own))),
        repeated_runs=repeats(list(runs(own))),
        repeated_sentences_of_script=repeats(list(sentences(script))),
        repeated_runs_of_script=repeats(list(runs(script))),
        comments=dict(sorted(log.posted.items())),
        viewers=log.viewers,
        deeds=dict(sorted(log.deeds.items())),
        thanked=log.thanked,
        unthanked=dict(sorted(log.unthanked.items())),
        answers=len(log.delays),
        delay_median=statistics.median(log.delays) if log.delays else None,
        delay_p95=float(np.percentile(log.delays, 95)) if log.delays else None,
        delay_at_once_median=statistics.median(log.delays_at_once) if log.delays_at_once else None,
        passed_over=dict(sorted(log.passed.items())),
        refused_claims=dict(sorted(log.refused.items())),
        misspoken=log.misspoken,
        caught=log.caught,
        went_wrong=dict(sorted(log.wrong.items())),
        false_alarms=log.false_alarms,
        corrections=len(log.corrections),
        correction_median=statistics.median(log.corrections) if log.corrections else None,
        correction_worst=max(log.corrections, default=None),
        understood=dict(sorted(log.understood.items())),
        notices=sum(one.kind == "notice" for one in log.said),
        largest_notice_interval=largest_interval(log.said, log.seconds),
        longest_silence=max((seconds for _, seconds in log.silences), default=0.0),
        silent_share=sum(seconds for _, seconds in log.silences) / max(log.seconds, 1.0),
        languages=shares_of_languages(log.said),
        made_anew_share=log.new_utterances / max(1, len(log.said)),
        catalogue_changes=log.catalogue_changes,
        reconnects=log.reconnects,
        decisions=len(log.decisions),
        decision_ms_median=float(np.median(costs)),
        decision_ms_p99=float(np.percentile(costs, 99)),
        decision_ms_worst=float(costs.max()),
        director_kb=[(round(at / 3600, 2), round(n_bytes / 1000, 1)) for at, n_bytes in log.weights],
        memory_mb_before=memory_mb[0],
        memory_mb_after=memory_mb[1],
    )


def markdown(report: Report) -> str:
    """The page. Shares are of 100."""
    setting = report.setting
    rows = [
        ("length", f"{report.show_hours:.2f} h, computed in {report.wall_seconds:.0f} s"),
        ("utterances", _counts(report.utterances)),
        ("sentences", f"{report.sentences}"),
        ("made anew by the voice", _share(report.made_anew_share)),
        (
            "languages, of the time spoken",
            ", ".join(f"{name} {_share(part)}" for name, part in report.languages.items()),
        ),
        ("comments", f"{sum(report.comments.values())} of {report.viewers} viewers ({_counts(report.comments)})"),
        ("guests", f"{_counts(report.deeds)}"),
        ("guests thanked or welcomed", f"{report.thanked}; without a word: {_counts(report.unthanked)}"),
        ("answers", f"{report.answers}"),
        ("comment to first word, seconds", _delays(report)),
        ("understood", _counts(report.understood)),
        ("passed over", _counts(report.passed_over)),
        ("refused by the claims firewall", _counts(report.refused_claims)),
        (
            "said wrong on purpose",
            f"{report.misspoken}, found {report.caught}; found in all: {_counts(report.went_wrong)}; "
            f"of nothing: {report.false_alarms}",
        ),
        ("corrections", _corrections(report)),
        ("AI notices", f"{report.notices}, at most {report.largest_notice_interval:.0f} s apart"),
        ("longest silence", f"{report.longest_silence:.1f} s; silent {_share(report.silent_share)} of the show"),
        ("sold and told", f"{setting.n_products or 'no'} products, {setting.n_topics or 'no'} segments without one"),
        (
            "changes of prices and stock",
            f"{report.catalogue_changes if setting.n_products else 'nothing is sold'}; "
            f"outputs that came back: {report.reconnects}",
        ),
        (
            "deciding, ms of computing an event",
            f"median {report.decision_ms_median:.3f}, p99 {report.decision_ms_p99:.3f}, worst {report.decision_ms_worst:.2f}"
            f" of {report.decisions}",
        ),
        ("the director remembers", _growth(report.director_kb)),
        (
            "memory of the process, this rehearsal's notes included",
            f"{report.memory_mb_before:.0f} -> {report.memory_mb_after:.0f} MB",
        ),
        ("machine", ", ".join(f"{name} {value}" for name, value in report.machine.items())),
    ]
    repeated = [
        ("sentences, script and answers", report.repeated_sentences),
        ("runs of five words, script and answers", report.repeated_runs),
        ("sentences, script", report.repeated_sentences_of_script),
        ("runs of five words, script", report.repeated_runs_of_script),
    ]
    lines = [
        f"# Rehearsal of {setting.show}",
        "",
        PLAIN_WORDS,
        "",
        f"{setting.hours:g} h, seed {setting.seed}, {setting.comments_per_minute:g} comments a minute on average; "
        f"finding an answer {setting.delays.find:g} s, making a first clause {setting.delays.make:g} s, "
        f"pictures ahead {setting.delays.encode:g} s, hearing what went out {setting.delays.hear:g} s; "
        f"{_share(setting.misspoken)} of what has a number in it is said wrong on purpose.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in rows),
        "",
        'Said before, as a share of all. Notices and "are you real?" are left out: they are to be the same.',
        "",
        "| | all | in the whole show | in an hour, mean | in the worst hour | within 10 min |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {one.n} | {_share(one.day)} | {_share(one.hour_mean)} | {_share(one.hour_worst)} | {_share(one.soon)} |"
            for name, one in repeated
        ),
        "",
    ]
    return "\n".join(lines)


def _share(part: float) -> str:
    return f"{100 * part:.1f} %"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in counts.items()) or "none"


def _delays(report: Report) -> str:
    if report.delay_median is None or report.delay_p95 is None:
        return "none"
    text = f"median {report.delay_median:.2f}, p95 {report.delay_p95:.2f}"
    at_once = report.delay_at_once_median
    return text if at_once is None else f"{text}; where no other answer was under way, median {at_once:.2f}"


def _corrections(report: Report) -> str:
    if report.correction_median is None or report.correction_worst is None:
        return "none"
    return (
        f"{report.corrections}; from the end of the wrong words to the first of the correction: "
        f"median {report.correction_median:.1f} s, worst {report.correction_worst:.1f} s"
    )


def _growth(weights: Sequence[tuple[float, float]]) -> str:
    most = max(kb for _, kb in weights)
    return f"{weights[0][1]:.0f} kB at the start, {weights[-1][1]:.0f} kB at the end, at most {most:.0f} kB"
