// A slot tells how its process ended; shell scripts stand in for the service.

#include "service/proof/service_slot.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace oo;
using namespace oo::proof;

class ServiceSlotTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    ServiceEnd endOf(const QByteArray &script, const QByteArray &logBefore = {})
    {
        const auto program = write("program", "#!/bin/sh\n" + script + '\n');
        QFile(program).setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        ServiceSlot slot(program, QProcessEnvironment::systemEnvironment(), 1, write("log", logBefore));
        slot.start(FaultOrders::Kill{FaultPoint::AfterTake, 1});
        std::optional<ServiceEnd> end;
        (void)QTest::qWaitFor([&] { end = slot.ended(); return end.has_value(); }, 10000);
        return end.value_or(ServiceEnd());
    }

    QString write(const char *name, const QByteArray &text)
    {
        QFile file(m_folder.filePath(QLatin1StringView(name)));
        file.remove();
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write");
        return file.fileName();
    }

private Q_SLOTS:
    void aKillAtANamedPointIsKnownWhateverIsLoggedAroundIt_data()
    {
        QTest::addColumn<QByteArray>("logged");
        QTest::addColumn<bool>("atPoint");
        const QByteArray line = "fault point after-take, pass 1: killed";
        QTest::addRow("its line alone") << line << true;
        QTest::addRow("other threads before it") << QByteArray("2026-04-06 info took 3 jobs\n" + line) << true;
        QTest::addRow("other threads after it") << QByteArray(line + "\n2026-04-06 info took 3 jobs\n2026-04-06 info lost Redis") << true;
        QTest::addRow("a long log after it") << QByteArray(line + QByteArray("\n2026-04-06 info a line").repeated(1000)) << true;
        QTest::addRow("a line that only mentions it") << QByteArray("info " + line) << false;
        QTest::addRow("another point's name begins the same") << QByteArray("fault point after-take-over, pass 1: killed") << false;
        QTest::addRow("nothing") << QByteArray() << false;
    }

    void aKillAtANamedPointIsKnownWhateverIsLoggedAroundIt()
    {
        QFETCH(QByteArray, logged);
        QFETCH(bool, atPoint);
        write("logged", logged + '\n');
        const auto end = endOf("cat " + m_folder.filePath(QStringLiteral("logged")).toUtf8() + " >&2\nkill -9 $$");
        QVERIFY(end.killed);
        QCOMPARE(end.point, atPoint ? std::optional(FaultPoint::AfterTake) : std::nullopt);
    }

    void aPointOfAnEarlierStartIsNotThisOnes()
    {
        const auto end = endOf("echo started >&2\nkill -9 $$", "fault point before-finish, pass 4: killed\n");
        QVERIFY(end.killed && !end.point);
        QCOMPARE(end.lastLine, QStringLiteral("started"));
    }

    void anEndThatWasNoKillSaysWhich_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<int>("signal");
        QTest::addRow("exit code") << QByteArray("exit 3") << 3 << 0;
        QTest::addRow("another signal") << QByteArray("kill -TERM $$") << 0 << SIGTERM;
    }

    void anEndThatWasNoKillSaysWhich()
    {
        QFETCH(QByteArray, script);
        QFETCH(int, exitCode);
        QFETCH(int, signal);
        const auto end = endOf(script);
        QVERIFY(!end.killed && !end.point);
        QCOMPARE(end.exitCode, exitCode);
        QCOMPARE(end.otherSignal, signal);
    }
};

QTEST_GUILESS_MAIN(ServiceSlotTest)
#include "service_slot_test.moc"
