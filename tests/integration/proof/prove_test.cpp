// The whole proof, short: every named point and every fault once, and every negative control.

#include "service/proof/fault_plan.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSet>
#include <QTest>

using namespace oo;

namespace {

using Key = QLatin1StringView;
constexpr int kLongestMs = 25 * 60 * 1000;

} // namespace

class ProveTest : public QObject
{
    Q_OBJECT

    QString m_folder = QDir::tempPath() + QStringLiteral("/oo-proof-test-%1").arg(QCoreApplication::applicationPid());
    QJsonObject m_report;
    QByteArray m_said;
    int m_code = -1;

    QJsonObject rowNamed(const char *list, const char *key, const QString &name) const
    {
        for (const auto &value : m_report[Key(list)].toArray()) {
            if (value[Key(key)].toString() == name)
                return value.toObject();
        }
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        QProcess proof;
        proof.setProcessChannelMode(QProcess::MergedChannels);
        proof.start(QStringLiteral(OO_PROGRAM), {QStringLiteral("prove"), QStringLiteral("--kills"), QString::number(EnumTable<FaultPoint>::rows.size()), QStringLiteral("--seed"),
                                                 QStringLiteral("7"), QStringLiteral("--report"), m_folder});
        QVERIFY(proof.waitForFinished(kLongestMs));
        m_said = proof.readAll();
        m_code = proof.exitCode();
        QFile report(m_folder + QStringLiteral("/report.json"));
        QVERIFY2(report.open(QIODevice::ReadOnly), m_said.constData());
        m_report = QJsonDocument::fromJson(report.readAll()).object();
    }
    void cleanupTestCase()
    {
        if (!QTest::currentTestFailed())
            QDir(m_folder).removeRecursively();
    }

    void itIsClean()
    {
        QVERIFY2(m_code == 0 && m_report[Key("clean")].toBool(), m_said.constData());
    }

    void everyNamedPointWasReached_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto &row : EnumTable<FaultPoint>::rows)
            QTest::addRow("%s", row.text.data()) << QString::fromUtf8(row.text.data());
    }

    void everyNamedPointWasReached()
    {
        QFETCH(QString, name);
        const auto row = rowNamed("points", "name", name);
        QVERIFY(row[Key("times")].toInt() >= 1);
        for (const char *wrong : {"lost", "bookedTwice", "diverged"})
            QCOMPARE(row[Key(wrong)].toInt(-1), 0);
    }

    void everyFaultWasMade_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto &row : EnumTable<proof::Fault>::rows)
            QTest::addRow("%s", row.text.data()) << QString::fromUtf8(row.text.data());
    }

    // But for what takes root or another library, which the report then names.
    void everyFaultWasMade()
    {
        QFETCH(QString, name);
        const auto untested = QJsonDocument(m_report[Key("untested")].toArray()).toJson();
        const bool isNamed = (name == QStringLiteral("disk-full") && untested.contains("a full disk")) || (name == QStringLiteral("clock-stepped") && untested.contains("a stepped clock"));
        QVERIFY(isNamed || rowNamed("points", "name", name)[Key("times")].toInt() >= 1);
    }

    void aPromiseWithoutItsGuardsIsMissed_data()
    {
        QTest::addColumn<QString>("off");
        QTest::addColumn<QString>("comesOut");
        QTest::addRow("two bookings decided") << QStringLiteral("unique effect key, fold check, row lock") << QStringLiteral("bookedTwice");
        QTest::addRow("the older service's order of things") << QStringLiteral("enqueue after commit, sweep") << QStringLiteral("unsettled");
        QTest::addRow("a kill between commit and job") << QStringLiteral("sweep, with a kill between commit and job") << QStringLiteral("unsettled");
        QTest::addRow("two bookings accepted") << QStringLiteral("idempotency key, look-up") << QStringLiteral("bookedTwice");
        QTest::addRow("two events of one delivery") << QStringLiteral("unique delivery id") << QStringLiteral("duplicated");
    }

    void aPromiseWithoutItsGuardsIsMissed()
    {
        QFETCH(QString, off);
        QFETCH(QString, comesOut);
        const auto control = rowNamed("controls", "off", off);
        QCOMPARE(control[Key("expected")].toString(), comesOut);
        QVERIFY2(control[Key("found")].toInt() > 0, QJsonDocument(control).toJson().constData());
    }

    void theSameTrafficWithAllGuardsIsClean()
    {
        int seen = 0;
        for (const auto &value : m_report[Key("controls")].toArray()) {
            if (value[Key("expected")].toString() != QStringLiteral("clean"))
                continue;
            ++seen;
            QVERIFY2(value[Key("dirty")].toArray().isEmpty(), QJsonDocument(value.toObject()).toJson().constData());
        }
        QCOMPARE(seen, 3);
    }

    void workOfAKilledProcessMovesOverInTime()
    {
        int seen = 0;
        for (const auto &round : m_report[Key("rounds")].toArray()) {
            for (const auto &kill : round[Key("kills")].toArray()) {
                if (kill[Key("movedOverMs")].isUndefined())
                    continue;
                ++seen;
                QVERIFY2(kill[Key("movedOverMs")].toInt() - kill[Key("machineStoodStillMs")].toInt() <= 5000, QJsonDocument(kill.toObject()).toJson().constData());
            }
        }
        QVERIFY2(seen >= 1, m_said.constData());
    }

    void everyFaultNamesWhatItHit()
    {
        for (const auto &round : m_report[Key("rounds")].toArray()) {
            for (const auto &fault : round[Key("faults")].toArray())
                QVERIFY2(!fault[Key("target")].toString().isEmpty(), QJsonDocument(fault.toObject()).toJson().constData());
            QVERIFY(round[Key("verdict")][Key("orders")].toInt() >= 100);
        }
    }

    void aServiceIsFrozenOnlyBesideAnother()
    {
        for (const auto &round : m_report[Key("rounds")].toArray()) {
            for (const auto &fault : round[Key("faults")].toArray())
                QVERIFY(fault[Key("fault")].toString() != QStringLiteral("frozen") || round[Key("services")].toInt() >= 2);
        }
    }

    void theDatabasesHistoryHoldsEventsOrdersAndCalls()
    {
        QFile history(m_folder + QStringLiteral("/database.jsonl"));
        QVERIFY(history.open(QIODevice::ReadOnly));
        const auto all = history.readAll();
        QSet<QString> tables;
        for (const auto &line : all.trimmed().split('\n'))
            tables.insert(QJsonDocument::fromJson(line)[Key("table")].toString());
        QCOMPARE(tables, (QSet<QString>{QStringLiteral("event_store"), QStringLiteral("orders"), QStringLiteral("outbound_calls")}));
        QVERIFY2(!all.contains("@example.com"), "people are in it");
    }

    void theThreeHistoriesAreKept()
    {
        for (const char *name : {"history.jsonl", "database.jsonl", "ledger.jsonl", "report.html"})
            QVERIFY2(QFile(m_folder + QLatin1Char('/') + QLatin1StringView(name)).size() > 1000, name);
    }
};

QTEST_GUILESS_MAIN(ProveTest)
#include "prove_test.moc"
