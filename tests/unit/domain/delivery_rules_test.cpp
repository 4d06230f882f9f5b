#include "service/domain/delivery_rules.h"

#include <QTest>

using namespace oo;

Q_DECLARE_METATYPE(oo::DeliverySituation)
Q_DECLARE_METATYPE(oo::DeliveryStep)

class DeliveryRulesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theNextStepFollowsFromWhatIsStored_data()
    {
        QTest::addColumn<DeliverySituation>("situation");
        QTest::addColumn<DeliveryStep>("step");
        const auto book = EventType::BookingCreateRequest, cancel = EventType::BookingCancelRequest;
        const auto paid = PaymentStatus::Paid, cancelled = PaymentStatus::Cancelled;
        using S = DeliverySituation;
        using B = BookingProgress;
        QTest::addRow("new booking") << S{book, false, false, {}, false, paid, B::NotBooked} << DeliveryStep::Call;
        QTest::addRow("settled") << S{book, true, false, {}, false, paid, B::NotBooked} << DeliveryStep::Finish;
        QTest::addRow("parked") << S{book, false, true, {}, false, paid, B::NotBooked} << DeliveryStep::Finish;
        QTest::addRow("accepted before a crash") << S{book, false, false, CallState::Accepted, false, paid, B::NotBooked} << DeliveryStep::Finish;
        QTest::addRow("somebody is calling") << S{book, false, false, CallState::Intent, true, paid, B::NotBooked} << DeliveryStep::Wait;
        QTest::addRow("an expired intent is unknown") << S{book, false, false, CallState::Intent, false, paid, B::NotBooked} << DeliveryStep::LookUpThenCall;
        QTest::addRow("unknown") << S{book, false, false, CallState::Unknown, false, paid, B::NotBooked} << DeliveryStep::LookUpThenCall;
        QTest::addRow("cancelled, nobody called") << S{book, false, false, {}, false, cancelled, B::NotBooked} << DeliveryStep::Supersede;
        QTest::addRow("cancelled, but unknown: resolve it first") << S{book, false, false, CallState::Unknown, false, cancelled, B::NotBooked} << DeliveryStep::LookUpThenCall;
        QTest::addRow("cancellation of an accepted booking") << S{cancel, false, false, {}, false, cancelled, B::Accepted} << DeliveryStep::Call;
        QTest::addRow("cancellation waits for its booking") << S{cancel, false, false, {}, false, cancelled, B::Unresolved} << DeliveryStep::Wait;
        QTest::addRow("cancellation of a refused booking") << S{cancel, false, false, {}, false, cancelled, B::Refused} << DeliveryStep::Supersede;
        QTest::addRow("cancellation of a superseded booking") << S{cancel, false, false, {}, false, cancelled, B::Superseded} << DeliveryStep::Supersede;
        QTest::addRow("cancellation that may have left") << S{cancel, false, false, CallState::Unknown, false, cancelled, B::Accepted} << DeliveryStep::LookUpThenCall;
        QTest::addRow("notification of a cancelled order") << S{EventType::ShopNotification, false, false, {}, false, cancelled, B::NotBooked} << DeliveryStep::Call;
    }

    void theNextStepFollowsFromWhatIsStored()
    {
        QFETCH(DeliverySituation, situation);
        QFETCH(DeliveryStep, step);
        QCOMPARE(nextStep(situation), step);
    }
};

QTEST_APPLESS_MAIN(DeliveryRulesTest)
#include "delivery_rules_test.moc"
