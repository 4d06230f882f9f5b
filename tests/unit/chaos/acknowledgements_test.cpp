#include "service/chaos/acknowledgements.h"

#include <QTest>

using namespace oo::chaos;

namespace {

constexpr int kSent = -1; // a try begins

} // namespace

class AcknowledgementsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aDeliveryIsSaidToBeStoredOnce_data()
    {
        QTest::addColumn<QList<int>>("story"); // tries that begin, and answers
        QTest::addColumn<int>("best");
        QTest::addColumn<bool>("isStoredAgain");
        QTest::addRow("stored") << QList{kSent, 201} << 201 << false;
        QTest::addRow("stored, then repeated") << QList{kSent, 201, kSent, 200} << 201 << false;
        QTest::addRow("no answer, then stored") << QList{kSent, 0, kSent, 201} << 201 << false;
        QTest::addRow("no answer, then repeated") << QList{kSent, 0, kSent, 200} << 200 << false;
        QTest::addRow("refused for now, then stored") << QList{kSent, 503, kSent, 201} << 201 << false;
        QTest::addRow("two at once, the repeat's answer first") << QList{kSent, kSent, 200, 201} << 200 << false;
        QTest::addRow("never") << QList{kSent, 503, kSent, 0} << 0 << false;
        QTest::addRow("refused") << QList{kSent, 400} << 400 << false;
        QTest::addRow("stored twice") << QList{kSent, 201, kSent, 201} << 201 << true;
        QTest::addRow("two at once, both stored") << QList{kSent, kSent, 201, 201} << 201 << true;
        QTest::addRow("repeated, and stored by a later try") << QList{kSent, 0, kSent, 200, kSent, 201} << 200 << true;
    }

    void aDeliveryIsSaidToBeStoredOnce()
    {
        QFETCH(QList<int>, story);
        QFETCH(int, best);
        QFETCH(bool, isStoredAgain);
        Acknowledgements told;
        told.reset(2);
        for (const int step : std::as_const(story))
            step == kSent ? told.sending(1) : told.answered(1, step);
        QCOMPARE(told.best(1), best);
        QCOMPARE(told.isAcknowledged(1), best == 200 || best == 201);
        QCOMPARE(told.isStoredAgain(1), isStoredAgain);
        QVERIFY(!told.isAcknowledged(0) && !told.isStoredAgain(0));
    }
};

QTEST_APPLESS_MAIN(AcknowledgementsTest)
#include "acknowledgements_test.moc"
