#include "service/proof/proof_report.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

#include <algorithm>

namespace oo::proof {

namespace {

QString textOfView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::optional<qint64> nextAcknowledgedMs(const Round &round, Instant at)
{
    const auto next = std::upper_bound(round.acknowledgedUs.cbegin(), round.acknowledgedUs.cend(), at.us);
    return next == round.acknowledgedUs.cend() ? std::nullopt : std::optional((*next - at.us) / 1000);
}

void add(PointRow &row, const Round &round, Instant from)
{
    ++row.times;
    if (const auto ms = nextAcknowledgedMs(round, from))
        row.acknowledgedMs.push_back(*ms);
}

void addVerdict(PointRow &row, const Round &round)
{
    row.lost += round.verdict.lost.size();
    row.bookedTwice += round.verdict.bookedTwice.size();
    row.diverged += round.verdict.diverged.size();
}

QJsonObject spread(std::vector<qint64> values)
{
    if (values.empty())
        return {};
    std::sort(values.begin(), values.end());
    return {{QStringLiteral("median"), values[values.size() / 2]}, {QStringLiteral("max"), values.back()}, {QStringLiteral("count"), static_cast<qint64>(values.size())}};
}

QJsonObject json(const PointRow &row)
{
    return {{QStringLiteral("name"), row.name}, {QStringLiteral("meaning"), row.meaning}, {QStringLiteral("times"), row.times},
            {QStringLiteral("readyMs"), spread(row.readyMs)}, {QStringLiteral("acknowledgedMs"), spread(row.acknowledgedMs)},
            {QStringLiteral("lost"), row.lost}, {QStringLiteral("bookedTwice"), row.bookedTwice}, {QStringLiteral("diverged"), row.diverged}};
}

QString textOfInstant(Instant at)
{
    return QString::fromLatin1(toText(at));
}

QJsonObject json(const Facts &facts)
{
    QJsonObject object;
    for (const auto &[name, text] : facts)
        object.insert(name, text);
    return object;
}

QJsonObject json(const FaultPlan &plan)
{
    QJsonArray kills, faults;
    for (const auto &planned : plan.kills)
        kills.append(QStringLiteral("%1:%2").arg(textOfView(textOf(planned.kill.point))).arg(planned.kill.pass));
    for (const auto &planned : plan.faults)
        faults.append(textOfView(rowOf(planned.fault).text));
    return {{QStringLiteral("kills"), kills}, {QStringLiteral("faults"), faults}};
}

QJsonObject json(const KillRecord &kill)
{
    QJsonObject object{{QStringLiteral("point"), kill.point ? textOfView(textOf(*kill.point)) : QStringLiteral("outside")},
                       {QStringLiteral("service"), kill.service}, {QStringLiteral("at"), textOfInstant(kill.at)}, {QStringLiteral("readyAt"), textOfInstant(kill.readyAt)}};
    if (kill.movedOver) {
        object.insert(QStringLiteral("movedOverMs"), kill.movedOver->ms);
        object.insert(QStringLiteral("machineStoodStillMs"), kill.movedOver->stoodStillMs);
    }
    return object;
}

QJsonObject json(const Round &round)
{
    QJsonArray kills, faults;
    for (const auto &kill : round.kills)
        kills.append(json(kill));
    for (const auto &fault : round.faults)
        faults.append(QJsonObject{{QStringLiteral("fault"), textOfView(rowOf(fault.fault).text)}, {QStringLiteral("target"), fault.target}, {QStringLiteral("whole"), fault.isWhole},
                                  {QStringLiteral("at"), textOfInstant(fault.at)}, {QStringLiteral("endedAt"), textOfInstant(fault.endedAt)}});
    return {{QStringLiteral("round"), round.number}, {QStringLiteral("services"), round.services}, {QStringLiteral("clean"), round.isClean()},
            {QStringLiteral("startedAt"), textOfInstant(round.startedAt)}, {QStringLiteral("faultsEndedAt"), textOfInstant(round.faultsEndedAt)},
            {QStringLiteral("quietAt"), textOfInstant(round.quietAt)}, {QStringLiteral("kills"), kills}, {QStringLiteral("faults"), faults},
            {QStringLiteral("troubles"), QJsonArray::fromStringList(round.troubles)}, {QStringLiteral("events"), round.events},
            {QStringLiteral("wrongBalance"), round.wrongBalance}, {QStringLiteral("webhooksWaitedMs"), spread(round.webhooksWaitedMs)},
            {QStringLiteral("rate"), round.traffic.rate}, {QStringLiteral("concurrency"), round.traffic.concurrency}, {QStringLiteral("run"), QString::fromUtf8(round.traffic.traffic.run)},
            {QStringLiteral("verdict"), round.verdict.json(round.traffic)}};
}

QJsonObject json(const ControlResult &control)
{
    return {{QStringLiteral("off"), control.name}, {QStringLiteral("expected"), control.expected}, {QStringLiteral("found"), control.found},
            {QStringLiteral("dirty"), QJsonArray::fromStringList(control.dirty)}, {QStringLiteral("asExpected"), control.isAsExpected()},
            {QStringLiteral("trouble"), control.trouble}, {QStringLiteral("remark"), control.remark()}};
}

} // namespace

std::vector<qint64> movedOverMs(const Proof &proof)
{
    std::vector<qint64> all;
    for (const auto &each : proof.movedOver())
        all.push_back(each.ms);
    return all;
}

std::vector<qint64> webhooksWaitedMs(const Proof &proof)
{
    std::vector<qint64> all;
    for (const auto &round : proof.rounds)
        all.insert(all.end(), round.webhooksWaitedMs.begin(), round.webhooksWaitedMs.end());
    return all;
}

std::vector<PointRow> pointRows(const Proof &proof)
{
    std::vector<PointRow> rows;
    const auto killsRow = [&](const std::optional<FaultPoint> &point) {
        PointRow row;
        row.name = point ? textOfView(textOf(*point)) : QStringLiteral("outside");
        row.meaning = point ? QStringLiteral("killed (-9) at this point") : QStringLiteral("killed (-9) wherever it was, as its point was not reached");
        for (const auto &round : proof.rounds) {
            const auto before = row.times;
            for (const auto &kill : round.kills) {
                if (kill.point != point)
                    continue;
                add(row, round, kill.at);
                if (kill.readyAt.us > 0)
                    row.readyMs.push_back((kill.readyAt.us - kill.at.us) / 1000);
            }
            if (row.times > before)
                addVerdict(row, round);
        }
        rows.push_back(std::move(row));
    };
    for (const auto &point : EnumTable<FaultPoint>::rows)
        killsRow(point.value);
    killsRow(std::nullopt);
    for (const auto &fault : EnumTable<Fault>::rows) {
        PointRow row;
        row.name = textOfView(fault.text);
        row.meaning = textOfView(fault.meaning);
        for (const auto &round : proof.rounds) {
            const auto before = row.times;
            for (const auto &record : round.faults) {
                if (record.fault == fault.value && record.isWhole)
                    add(row, round, record.endedAt);
            }
            if (row.times > before)
                addVerdict(row, round);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

QJsonObject reportJson(const Proof &proof, const BuildFacts &build)
{
    QJsonArray points, rounds, controls;
    for (const auto &row : pointRows(proof))
        points.append(json(row));
    std::vector<qint64> quiet;
    qint64 kills = 0;
    for (const auto &round : proof.rounds) {
        rounds.append(json(round));
        kills += round.kills.size();
        quiet.push_back((round.quietAt.us - round.faultsEndedAt.us) / 1000);
    }
    for (const auto &control : proof.controls)
        controls.append(json(control));
    return {{QStringLiteral("clean"), proof.isClean()},
            {QStringLiteral("stoppedBy"), proof.stoppedBy},
            {QStringLiteral("troubles"), QJsonArray::fromStringList(proof.troubles())},
            {QStringLiteral("seed"), QString::number(proof.options.seed)},
            {QStringLiteral("killsAsked"), proof.options.kills},
            {QStringLiteral("kills"), kills},
            {QStringLiteral("version"), QString::fromUtf8(build.version)},
            {QStringLiteral("commit"), QString::fromUtf8(build.commit)},
            {QStringLiteral("machine"), json(proof.machine)},
            {QStringLiteral("settings"), json(proof.settings)},
            {QStringLiteral("serviceSettings"), json(proof.serviceSettings)},
            {QStringLiteral("plan"), json(proof.plan)},
            {QStringLiteral("startedAt"), textOfInstant(proof.startedAt)},
            {QStringLiteral("endedAt"), textOfInstant(proof.endedAt)},
            {QStringLiteral("points"), points},
            {QStringLiteral("movedOverMs"), spread(movedOverMs(proof))},
            {QStringLiteral("webhooksWaitedMs"), spread(webhooksWaitedMs(proof))},
            {QStringLiteral("quietMs"), spread(quiet)},
            {QStringLiteral("rounds"), rounds},
            {QStringLiteral("controls"), controls},
            {QStringLiteral("untested"), QJsonArray::fromStringList(proof.untested)},
            {QStringLiteral("histories"), QJsonObject{{QStringLiteral("driver"), QStringLiteral("history.jsonl")}, {QStringLiteral("database"), QStringLiteral("database.jsonl")},
                                                      {QStringLiteral("courier"), QStringLiteral("ledger.jsonl")}}}};
}

QString summaryText(const Proof &proof)
{
    QString text;
    const auto times = [](const std::vector<qint64> &values) {
        const auto all = spread(values);
        return all.isEmpty() ? QStringLiteral("–") : QStringLiteral("%1 / %2 ms").arg(all.value(QLatin1StringView("median")).toInteger()).arg(all.value(QLatin1StringView("max")).toInteger());
    };
    text += QStringLiteral("%1 %2 %3 %4 %5 %6\n").arg(QStringLiteral("point or fault"), -24).arg(QStringLiteral("times"), 6).arg(QStringLiteral("acknowledges again"), 20)
                .arg(QStringLiteral("lost"), 6).arg(QStringLiteral("twice"), 6).arg(QStringLiteral("diverged"), 9);
    qint64 kills = 0;
    for (const auto &row : pointRows(proof)) {
        text += QStringLiteral("%1 %2 %3 %4 %5 %6\n").arg(row.name, -24).arg(row.times, 6).arg(times(row.acknowledgedMs), 20).arg(row.lost, 6).arg(row.bookedTwice, 6).arg(row.diverged, 9);
    }
    for (const auto &round : proof.rounds) {
        kills += round.kills.size();
        for (const auto &trouble : round.troubles)
            text += QStringLiteral("round %1: %2\n").arg(round.number).arg(trouble);
        if (!round.verdict.isClean())
            text += QStringLiteral("round %1:\n%2\n").arg(round.number).arg(round.verdict.text({}));
    }
    const auto moved = movedOverMs(proof);
    text += QStringLiteral("%1 kills in %2 rounds; with three services, one killed at a time, the others took its work over after %3 (median / longest of %4)\n")
                .arg(kills).arg(proof.rounds.size()).arg(times(moved)).arg(moved.size());
    for (const auto &trouble : proof.troubles())
        text += trouble + QLatin1Char('\n');
    for (const auto &missing : proof.untested)
        text += QStringLiteral("not tested: %1\n").arg(missing);
    if (!proof.stoppedBy.isEmpty())
        text += QStringLiteral("stopped: %1\n").arg(proof.stoppedBy);
    return text + (proof.isClean() ? QStringLiteral("verdict: CLEAN") : QStringLiteral("verdict: NOT CLEAN"));
}

Status writeReport(const Proof &proof, const BuildFacts &build)
{
    const auto write = [&](const char *name, const QByteArray &text) -> Status {
        QSaveFile file(proof.options.folder + QLatin1Char('/') + QLatin1StringView(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
            return fail(ErrorCode::Unavailable, QStringLiteral("%1: %2").arg(file.fileName(), file.errorString()));
        return {};
    };
    if (auto written = write("report.json", QJsonDocument(reportJson(proof, build)).toJson()); !written)
        return written;
    return write("report.html", reportHtml(proof, build));
}

} // namespace oo::proof
