#include "gui/models/run_columns.h"

#include <QTest>

using namespace oo;
using namespace oo::gui;

namespace {

ChaosRunSummary runOf(const QByteArray &state, const QByteArray &progress, const QByteArray &verdict, const OptionalText &error)
{
    ChaosRunSummary run;
    run.id = {7};
    run.run = "chaos-run-7";
    run.state = state;
    run.options.text = "{\"seed\":9000000000000000,\"duplicates\":0.1}";
    run.progress.text = progress;
    run.verdict.text = verdict;
    run.error = error;
    return run;
}

} // namespace

class RunColumnsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aChaosRunSaysInWordsHowItIs_data()
    {
        QTest::addColumn<QByteArray>("state");
        QTest::addColumn<QByteArray>("progress");
        QTest::addColumn<QByteArray>("verdict");
        QTest::addColumn<QByteArray>("error"); // empty: none
        QTest::addColumn<QString>("text");
        const QByteArray none("null");
        QTest::addRow("waiting") << QByteArray("waiting") << none << none << QByteArray() << QStringLiteral("waiting");
        QTest::addRow("running, nothing told yet") << QByteArray("running") << none << none << QByteArray() << QStringLiteral("sending: 0 of 0");
        QTest::addRow("sending") << QByteArray("running") << QByteArray("{\"phase\":\"sending\",\"answered\":120,\"total\":2000}") << none << QByteArray()
                                 << QStringLiteral("sending: 120 of 2000");
        QTest::addRow("settling") << QByteArray("running") << QByteArray("{\"phase\":\"settling\"}") << none << QByteArray() << QStringLiteral("waiting for quiet");
        QTest::addRow("clean") << QByteArray("done") << none << QByteArray("{\"clean\":true,\"lost\":[]}") << QByteArray() << QStringLiteral("CLEAN");
        QTest::addRow("one fault") << QByteArray("done") << none << QByteArray("{\"clean\":false,\"lost\":[\"a\",\"b\"]}") << QByteArray() << QStringLiteral("NOT CLEAN: 2 lost");
        QTest::addRow("faults stand in the order of their table")
            << QByteArray("done") << none << QByteArray("{\"clean\":false,\"bookedTwice\":[\"o\"],\"lost\":[\"a\"],\"diverged\":[]}") << QByteArray()
            << QStringLiteral("NOT CLEAN: 1 lost, 1 bookedTwice");
        QTest::addRow("done without a verdict is not clean") << QByteArray("done") << none << none << QByteArray() << QStringLiteral("NOT CLEAN");
        QTest::addRow("webhooks that were given up") << QByteArray("done") << none << QByteArray("{\"clean\":false,\"lost\":[],\"unacknowledged\":3}") << QByteArray()
                                                     << QStringLiteral("NOT CLEAN: 3 not acknowledged");
        QTest::addRow("failed, and why") << QByteArray("failed") << none << none << QByteArray("the child died") << QStringLiteral("failed: the child died");
        QTest::addRow("cancelled") << QByteArray("cancelled") << none << QByteArray("{\"cancelled\":true}") << QByteArray() << QStringLiteral("cancelled");
        QTest::addRow("a state of a newer service is told as it is") << QByteArray("resting") << none << none << QByteArray() << QStringLiteral("resting");
    }
    void aChaosRunSaysInWordsHowItIs()
    {
        QFETCH(QByteArray, state);
        QFETCH(QByteArray, progress);
        QFETCH(QByteArray, verdict);
        QFETCH(QByteArray, error);
        QFETCH(QString, text);
        const auto run = runOf(state, progress, verdict, error.isEmpty() ? OptionalText() : error);
        QCOMPARE(verdictText(run), text);
        QCOMPARE(isRunning(run), state == "waiting" || state == "running");
    }

    void numbersAreWrittenSoThatARunCanBeRepeated_data()
    {
        QTest::addColumn<double>("number");
        QTest::addColumn<QString>("text");
        QTest::addRow("nothing") << 0.0 << QStringLiteral("0");
        QTest::addRow("whole") << 42.0 << QStringLiteral("42");
        QTest::addRow("the largest seed in full") << 9e15 << QStringLiteral("9000000000000000");
        QTest::addRow("a share") << 0.1 << QStringLiteral("0.1");
        QTest::addRow("a half more") << 12.5 << QStringLiteral("12.5");
    }
    void numbersAreWrittenSoThatARunCanBeRepeated()
    {
        QFETCH(double, number);
        QFETCH(QString, text);
        QCOMPARE(numberTextOf(number), text);
    }
};

QTEST_APPLESS_MAIN(RunColumnsTest)
#include "run_columns_test.moc"
