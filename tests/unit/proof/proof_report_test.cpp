#include "service/proof/proof_report.h"

#include <QJsonArray>
#include <QTest>

using namespace oo;
using namespace oo::proof;

namespace {

constexpr qint64 kSecond = 1000000;

Round aRound()
{
    Round round;
    round.number = 1;
    round.services = 2;
    round.startedAt = {1000 * kSecond};
    round.quietAt = {1010 * kSecond};
    round.faultsEndedAt = {1008 * kSecond};
    round.traffic.traffic.orders = 40;
    round.traffic.traffic.events = 25;
    round.traffic.rate = 200;
    round.kills = {{FaultPoint::AfterTake, 1, {1001 * kSecond}, {1002 * kSecond}, Handover::Waited{3200, 0}}, {std::nullopt, 2, {1003 * kSecond}, {}}};
    round.faults = {{Fault::RedisFlushed, {1004 * kSecond}, {1005 * kSecond}, QStringLiteral("Redis")},
                    {Fault::Frozen, {1006 * kSecond}, {1007 * kSecond}, QStringLiteral("service 2"), false}};
    round.acknowledgedUs = {1000 * kSecond, 1001 * kSecond + 250000, 1005 * kSecond + 40000};
    return round;
}

Proof aProof()
{
    Proof proof;
    proof.options.seed = 7;
    proof.rounds = {aRound()};
    proof.controls = {{QStringLiteral("sweep"), QStringLiteral("unsettled"), 3, {QStringLiteral("unsettled")}, {}},
                      {QStringLiteral("nothing"), QLatin1StringView(kClean), 0, {}, {}},
                      {QStringLiteral("row lock"), {}, 0, {}, {}}};
    proof.untested = {QStringLiteral("a <power> cut")};
    return proof;
}

const PointRow &rowOf(const std::vector<PointRow> &rows, const char *name)
{
    return *std::find_if(rows.begin(), rows.end(), [&](const auto &row) { return row.name == QLatin1StringView(name); });
}

} // namespace

class ProofReportTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPointHasARowWithWhatCameOfIt()
    {
        auto proof = aProof();
        proof.rounds.front().verdict.lost = {QStringLiteral("d-1")};
        const auto rows = pointRows(proof);
        QCOMPARE(rows.size(), EnumTable<FaultPoint>::rows.size() + 1 + EnumTable<Fault>::rows.size());
        const auto &take = rowOf(rows, "after-take");
        QCOMPARE(take.times, 1);
        QCOMPARE(take.lost, 1);
        QCOMPARE(take.readyMs, std::vector<qint64>{1000});
        QCOMPARE(take.acknowledgedMs, std::vector<qint64>{250});
        QCOMPARE(rowOf(rows, "outside").times, 1);
        QCOMPARE(rowOf(rows, "outside").acknowledgedMs, std::vector<qint64>{2040});
        QCOMPARE(rowOf(rows, "redis-flushed").acknowledgedMs, std::vector<qint64>{40}); // from its end
        QCOMPARE(rowOf(rows, "frozen").times, 0); // cut short
        QCOMPARE(rowOf(rows, "before-answer").times, 0);
        QCOMPARE(rowOf(rows, "before-answer").lost, 0);
    }

    void oneThingThatIsWrongMakesTheProofDirty_data()
    {
        QTest::addColumn<int>("wrong");
        for (const char *name : {"a verdict", "a process that ended by itself", "an event in no class", "a control that was not caught", "a control that was caught without cause",
                                 "a control that could not run", "a run that was cut short", "a point that was not reached", "work that waited too long", "no kill that was seen alone", "no round"})
            QTest::addRow("%s", name) << m_next++;
    }

    void oneThingThatIsWrongMakesTheProofDirty()
    {
        QFETCH(int, wrong);
        auto proof = aProof();
        QVERIFY(proof.isClean());
        switch (wrong) {
        case 0: proof.rounds.front().verdict.bookedTwice = {QStringLiteral("1")}; break;
        case 1: proof.rounds.front().troubles = {QStringLiteral("signal 11")}; break;
        case 2: proof.rounds.front().wrongBalance = 1; break;
        case 3: proof.controls[0].found = 0; break;
        case 4: proof.controls[1].dirty = {QStringLiteral("lost")}; break;
        case 5: proof.controls[2].trouble = QStringLiteral("no PostgreSQL"); break;
        case 6: proof.stoppedBy = QStringLiteral("no PostgreSQL"); break;
        case 7: proof.givenUp = {QStringLiteral("after-fold: not reached in 5 tries")}; break;
        case 8: proof.rounds.front().kills[1].movedOver = Handover::Waited{5100, 0}; break;
        case 9: proof.rounds.front().kills[0].movedOver.reset(); break;
        default: proof.rounds.clear();
        }
        QVERIFY(!proof.isClean());
        QCOMPARE(reportJson(proof, {"0.1", "abc"}).value(QLatin1StringView("clean")).toBool(), false);
        QVERIFY(reportHtml(proof, {}).contains("NOT CLEAN"));
        QVERIFY(summaryText(proof).contains(QStringLiteral("verdict: NOT CLEAN")));
    }

    void aMachineThatStandsStillIsNotHeldAgainstTheServices()
    {
        auto proof = aProof();
        proof.rounds.front().kills[1].movedOver = Handover::Waited{6100, 1500};
        QVERIFY(proof.isClean());
        QCOMPARE(movedOverMs(proof), (std::vector<qint64>{3200, 6100})); // as it was
    }

    void aRunWithoutKillsHasNoWorkToMoveOver()
    {
        auto proof = aProof();
        proof.options.kills = 0;
        proof.rounds.front().kills.clear();
        QVERIFY(proof.isClean());
    }

    void whatIsWrongWithTheWholeRunIsNamed()
    {
        auto proof = aProof();
        proof.givenUp = {QStringLiteral("after-fold: not reached in 5 tries")};
        QVERIFY(summaryText(proof).contains(proof.givenUp.front()) && reportHtml(proof, {}).contains("after-fold: not reached"));
        QCOMPARE(reportJson(proof, {}).value(QLatin1StringView("troubles")).toArray(), QJsonArray::fromStringList(proof.givenUp));
    }

    void settingsPlanAndMachineAreInTheReport()
    {
        auto proof = aProof();
        proof.plan.kills = {{{FaultPoint::AfterTake, 3}, 0}};
        proof.plan.faults = {{Fault::CourierHole, 0}};
        proof.settings = {{QStringLiteral("webhooks a second"), QStringLiteral("200")}};
        proof.serviceSettings = {{QStringLiteral("COURIER_TIMEOUT_MS"), QStringLiteral("2000")}};
        proof.machine = machineFacts();
        const auto report = reportJson(proof, {});
        QCOMPARE(report[QLatin1StringView("plan")][QLatin1StringView("kills")][0].toString(), QStringLiteral("after-take:3"));
        QCOMPARE(report[QLatin1StringView("plan")][QLatin1StringView("faults")][0].toString(), QStringLiteral("black-hole-courier"));
        QCOMPARE(report[QLatin1StringView("settings")][QLatin1StringView("webhooks a second")].toString(), QStringLiteral("200"));
        QCOMPARE(report[QLatin1StringView("serviceSettings")][QLatin1StringView("COURIER_TIMEOUT_MS")].toString(), QStringLiteral("2000"));
        for (const char *name : {"system", "kernel", "processors", "memory"})
            QVERIFY2(!report[QLatin1StringView("machine")][QLatin1StringView(name)].toString().isEmpty(), name);
        const auto round = report[QLatin1StringView("rounds")][0];
        QCOMPARE(round[QLatin1StringView("verdict")][QLatin1StringView("orders")].toInt(), 40);
        QCOMPARE(round[QLatin1StringView("verdict")][QLatin1StringView("events")].toInt(), 25);
        QCOMPARE(round[QLatin1StringView("faults")][0][QLatin1StringView("target")].toString(), QStringLiteral("Redis"));
        QCOMPARE(report[QLatin1StringView("controls")][2][QLatin1StringView("remark")].toString(), QStringLiteral("defence in depth: the other guards held"));
        const auto page = reportHtml(proof, {});
        for (const char *text : {"COURIER_TIMEOUT_MS", "webhooks a second", "memory", "3200 ms at most"})
            QVERIFY2(page.contains(text), text);
    }

    void theReportSaysWhatItWasMadeOf()
    {
        const auto report = reportJson(aProof(), {"0.1", "abc"});
        QCOMPARE(report.value(QLatin1StringView("seed")).toString(), QStringLiteral("7"));
        QCOMPARE(report.value(QLatin1StringView("commit")).toString(), QStringLiteral("abc"));
        QCOMPARE(report.value(QLatin1StringView("kills")).toInt(), 2);
        QCOMPARE(report.value(QLatin1StringView("controls")).toArray().size(), 3);
        const auto page = reportHtml(aProof(), {"0.1", "abc"});
        QVERIFY(page.contains("a &lt;power&gt; cut") && page.contains("defence in depth") && page.contains("<svg"));
    }

private:
    int m_next = 0;
};

QTEST_APPLESS_MAIN(ProofReportTest)
#include "proof_report_test.moc"
