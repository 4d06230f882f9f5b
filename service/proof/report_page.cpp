// report.html: one file, no script, readable without the network.

#include "service/proof/proof_report.h"

#include <algorithm>
#include <map>

namespace oo::proof {

namespace {

constexpr char kStyle[] = R"(body{font:14px/1.5 system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#1b1f24}
h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25em .6em;border-bottom:1px solid #e3e6ea;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.good{color:#1a7437}.bad{color:#b3261e;font-weight:600}.muted{color:#5c6470}.verdict{font-size:1.3em;font-weight:600}svg{display:block;width:100%;height:auto}
)";
constexpr int kChartWidth = 960, kChartHeight = 70, kBarWidth = 420;

QString escaped(const QString &text)
{
    return text.toHtmlEscaped();
}

QString cell(const QString &text, const char *type = "")
{
    return QStringLiteral("<td class=\"%1\">%2</td>").arg(QLatin1StringView(type), escaped(text));
}

QString count(qsizetype number)
{
    return cell(QString::number(number), number == 0 ? "n good" : "n bad");
}

std::pair<qint64, qint64> medianAndMost(std::vector<qint64> values)
{
    if (values.empty())
        return {0, 0};
    std::sort(values.begin(), values.end());
    return {values[values.size() / 2], values.back()};
}

// The median as a bar, the longest as a line behind it.
QString bar(const std::vector<qint64> &values, qint64 longestOfAll)
{
    if (values.empty() || longestOfAll <= 0)
        return cell(QString());
    const auto [median, most] = medianAndMost(values);
    const auto width = [&](qint64 ms) { return QString::number(static_cast<double>(ms) * kBarWidth / static_cast<double>(longestOfAll), 'f', 1); };
    return QStringLiteral("<td><svg viewBox=\"0 0 %1 16\" role=\"img\" aria-label=\"%2 ms in the median, %3 ms at most\"><rect y=\"7\" height=\"2\" width=\"%4\" fill=\"#9fb7dd\"/>"
                          "<rect y=\"3\" height=\"10\" width=\"%5\" fill=\"#1f5fbf\"/></svg></td>")
        .arg(kBarWidth).arg(median).arg(most).arg(width(most), width(median));
}

// Acknowledgements a second, with a red mark at each kill and an amber stretch at each fault.
QString timeline(const Round &round)
{
    const double seconds = std::max(1.0, static_cast<double>(round.quietAt.us - round.startedAt.us) / 1e6);
    const auto x = [&](qint64 us) { return QString::number(static_cast<double>(us - round.startedAt.us) / 1e6 / seconds * kChartWidth, 'f', 1); };
    std::map<qint64, int> perSecond;
    int most = 1;
    for (const auto us : round.acknowledgedUs)
        most = std::max(most, ++perSecond[(us - round.startedAt.us) / 1000000]);
    QString svg = QStringLiteral("<svg viewBox=\"0 0 %1 %2\" role=\"img\" aria-label=\"acknowledgements a second in round %3\">").arg(kChartWidth).arg(kChartHeight).arg(round.number);
    for (const auto &fault : round.faults) {
        const auto width = std::max(2.0, static_cast<double>(fault.endedAt.us - fault.at.us) / 1e6 / seconds * kChartWidth);
        svg += QStringLiteral("<rect x=\"%1\" width=\"%2\" height=\"%3\" fill=\"#fdf0d5\"><title>%4: %5</title></rect>").arg(x(fault.at.us)).arg(width, 0, 'f', 1).arg(kChartHeight)
                   .arg(escaped(QString::fromUtf8(rowOf(fault.fault).text.data())), escaped(fault.target));
    }
    for (const auto &[second, acknowledged] : perSecond) {
        const double height = static_cast<double>(acknowledged) / most * (kChartHeight - 10);
        svg += QStringLiteral("<rect x=\"%1\" y=\"%2\" width=\"%3\" height=\"%4\" fill=\"#7ea6de\"/>").arg(static_cast<double>(second) / seconds * kChartWidth, 0, 'f', 1)
                   .arg(kChartHeight - height, 0, 'f', 1).arg(std::max(1.0, kChartWidth / seconds - 1), 0, 'f', 1).arg(height, 0, 'f', 1);
    }
    for (const auto &kill : round.kills)
        svg += QStringLiteral("<line x1=\"%1\" x2=\"%1\" y1=\"0\" y2=\"%2\" stroke=\"#b3261e\" stroke-width=\"1.5\"><title>%3</title></line>").arg(x(kill.at.us)).arg(kChartHeight)
                   .arg(kill.point ? QString::fromUtf8(textOf(*kill.point).data()) : QStringLiteral("from outside"));
    return svg + QStringLiteral("</svg>");
}

QString pointsTable(const Proof &proof)
{
    const auto rows = pointRows(proof);
    qint64 longest = 0;
    for (const auto &row : rows)
        longest = std::max(longest, medianAndMost(row.acknowledgedMs).second);
    QString html = QStringLiteral("<table><tr><th>point or fault</th><th class=n>times</th><th class=n>lost</th><th class=n>booked twice</th><th class=n>diverged</th>"
                                  "<th class=n>acknowledges again, ms</th><th>median, and the longest</th></tr>");
    for (const auto &row : rows) {
        const auto [median, most] = medianAndMost(row.acknowledgedMs);
        html += QStringLiteral("<tr title=\"%1\">").arg(escaped(row.meaning)) + cell(row.name) + cell(QString::number(row.times), "n") + count(row.lost) + count(row.bookedTwice)
                + count(row.diverged) + cell(row.acknowledgedMs.empty() ? QString() : QStringLiteral("%1 / %2").arg(median).arg(most), "n") + bar(row.acknowledgedMs, longest) + QStringLiteral("</tr>");
    }
    return html + QStringLiteral("</table>");
}

QString controlsTable(const Proof &proof)
{
    QString html = QStringLiteral("<table><tr><th>switched off</th><th>must come out</th><th>came out</th><th></th></tr>");
    for (const auto &control : proof.controls) {
        const auto came = control.dirty.isEmpty() ? QStringLiteral("clean") : control.dirty.join(QStringLiteral(", "));
        html += QStringLiteral("<tr>") + cell(control.name) + cell(control.expected) + cell(came) + cell(control.remark(), control.isAsExpected() ? "good" : "bad") + QStringLiteral("</tr>");
    }
    return html + QStringLiteral("</table>");
}

QString factsTable(const Facts &facts)
{
    QString html = QStringLiteral("<table>");
    for (const auto &[name, text] : facts)
        html += QStringLiteral("<tr>") + cell(name, "muted") + cell(text) + QStringLiteral("</tr>");
    return html + QStringLiteral("</table>");
}

// How long the work of killed processes waited, and what was wrong with the run as a whole.
QString movedOver(const Proof &proof)
{
    const auto moved = movedOverMs(proof), waited = webhooksWaitedMs(proof);
    const auto [median, most] = medianAndMost(moved);
    const auto [waitedMedian, waitedMost] = medianAndMost(waited);
    QString html = QStringLiteral("<p>With three services, one killed at a time and nothing else wrong, the others had taken all its jobs after %1 ms in the median and %2 ms at most (%3 kills that held jobs; "
                                  "at most %4 ms are allowed). The slowest webhook that was stored before such a kill was settled after %5 ms in the median and %6 ms at most: one whose job was never added waits for the sweep.</p>")
                       .arg(median).arg(most).arg(moved.size()).arg(kMovesOverMs).arg(waitedMedian).arg(waitedMost);
    for (const auto &trouble : proof.troubles())
        html += QStringLiteral("<p class=bad>%1</p>").arg(escaped(trouble));
    return html;
}

} // namespace

QByteArray reportHtml(const Proof &proof, const BuildFacts &build)
{
    qsizetype kills = 0, faults = 0, acknowledged = 0;
    for (const auto &round : proof.rounds) {
        kills += round.kills.size();
        faults += round.faultsMade();
        acknowledged += round.verdict.acknowledged;
    }
    QString html = QStringLiteral("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Proof run, seed %1</title><style>%2</style><h1>Proof run</h1>").arg(proof.options.seed).arg(QLatin1StringView(kStyle));
    html += QStringLiteral("<p class=\"verdict %1\">%2</p>").arg(proof.isClean() ? QStringLiteral("good") : QStringLiteral("bad"), proof.isClean() ? QStringLiteral("CLEAN") : QStringLiteral("NOT CLEAN"));
    if (!proof.stoppedBy.isEmpty())
        html += QStringLiteral("<p class=bad>Stopped: %1</p>").arg(escaped(proof.stoppedBy));
    html += QStringLiteral("<p>%1 kills and %2 other faults in %3 rounds; %4 webhooks acknowledged. Seed %5, version %6, commit %7. From %8 to %9.</p>")
                .arg(kills).arg(faults).arg(proof.rounds.size()).arg(acknowledged).arg(proof.options.seed)
                .arg(QString::fromUtf8(build.version), QString::fromUtf8(build.commit), QString::fromLatin1(toText(proof.startedAt)), QString::fromLatin1(toText(proof.endedAt)));
    html += QStringLiteral("<h2>What went wrong on purpose, and what came of it</h2>") + pointsTable(proof);
    html += QStringLiteral("<h2>Work moves over</h2>") + movedOver(proof);
    html += QStringLiteral("<h2>Rounds</h2><p class=muted>Acknowledgements a second; red: a kill; amber: another fault. After the faults the run waits for quiet, and is judged.</p>");
    for (const auto &round : proof.rounds) {
        html += QStringLiteral("<h3>%1 <span class=\"%2\">%3</span> <span class=muted>%4 services, %5 acknowledged, %6 bookings, quiet after %7 s</span></h3>")
                    .arg(round.number).arg(round.isClean() ? QStringLiteral("good") : QStringLiteral("bad"), round.isClean() ? QStringLiteral("clean") : QStringLiteral("not clean"))
                    .arg(round.services).arg(round.verdict.acknowledged).arg(round.verdict.bookings).arg(round.verdict.quietSeconds, 0, 'f', 1);
        html += timeline(round);
        if (!round.isClean())
            html += QStringLiteral("<pre>%1\n%2</pre>").arg(escaped(round.troubles.join(QLatin1Char('\n'))), escaped(round.verdict.text({})));
    }
    if (!proof.controls.isEmpty())
        html += QStringLiteral("<h2>Negative controls</h2>") + controlsTable(proof);
    html += QStringLiteral("<h2>Not tested</h2><ul>");
    for (const auto &missing : proof.untested)
        html += QStringLiteral("<li>%1</li>").arg(escaped(missing));
    html += QStringLiteral("</ul><h2>Settings</h2>") + factsTable(proof.settings) + QStringLiteral("<h2>Settings of the services</h2>") + factsTable(proof.serviceSettings)
            + QStringLiteral("<h2>Machine</h2>") + factsTable(proof.machine);
    html += QStringLiteral("<p class=muted>The plan, point by point, is in report.json. Histories beside this page: history.jsonl (what the sender saw), database.jsonl (what is stored: events, orders, calls), ledger.jsonl (what the courier accepted), logs/.</p></html>\n");
    return html.toUtf8();
}

} // namespace oo::proof
