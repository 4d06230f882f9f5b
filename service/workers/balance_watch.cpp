#include "service/workers/balance_watch.h"

#include <QElapsedTimer>
#include <QLoggingCategory>

#include <algorithm>

namespace oo {

namespace {

Q_LOGGING_CATEGORY(logBalance, "orders.balance")

constexpr qint64 kEveryMs = 60000;
constexpr qint64 kShare = 50; // of a core, at most a fiftieth
constexpr int kLongestMs = 8000; // the service waits for it when it stops

PgSettings patient(PgSettings settings)
{
    settings.statementTimeoutMs = kLongestMs;
    return settings;
}

} // namespace

BalanceWatch::BalanceWatch(PgSettings postgres, Counters &counters) : m_postgres(patient(std::move(postgres))), m_counters(counters) {}

void BalanceWatch::run(const WakeSignal &stop)
{
    qint64 tookMs = 0;
    while (!stop.waitFor(std::max(kEveryMs, tookMs * kShare))) {
        QElapsedTimer clock;
        clock.start();
        if (const auto looked = look(); !looked)
            qCWarning(logBalance).noquote() << "the balance could not be looked at:" << looked.error().message;
        tookMs = clock.elapsed();
    }
}

Status BalanceWatch::look()
{
    const auto rows = m_postgres.run(sql::adminBalance);
    if (!rows)
        return failure(rows);
    const auto number = [&](const char *column) { return rows->isNull(0, rows->column(column)) ? 0 : rows->int8(0, rows->column(column)); };
    const auto wrong = number("wrong");
    for (size_t i = 0; i < kBalanceClasses.size(); ++i)
        m_counters.balance[i] = static_cast<quint64>(number(kBalanceClasses[i]));
    if (wrong > 0)
        qCCritical(logBalance).noquote() << wrong << "events are in no class of the balance, or in two; the first:" << rows->text(0, rows->column("wrong_ids"));
    m_counters.eventsUnbalanced = static_cast<quint64>(wrong);
    m_counters.balanceLooks++;
    return {};
}

} // namespace oo
