#pragma once
// Chaos runs: a row each, carried out by the process that took the request.

#include "service/store/pg_connection.h"
#include "shared/api/chaos_messages.h"

namespace oo {

struct ChaosRequest
{
    QByteArray optionsJson;
    QByteArray by, reason, requestId; // the same id again gives the same run
};

struct ChaosJob
{
    qint64 id = 0;
    QByteArray optionsJson;
    QByteArray name() const { return "chaos-run-" + QByteArray::number(id); }
};

class ChaosRuns
{
public:
    ChaosRuns(PgConnection &connection, QByteArray instance) : m_connection(connection), m_instance(std::move(instance)) {}

    Result<qint64> create(const ChaosRequest &request);
    Result<bool> othersWork(); // living processes beside this one work the queues
    Result<bool> cancel(qint64 run); // false: it has ended, or there is none

    // For the process that carries them out.
    Result<std::optional<ChaosJob>> claim();
    Result<bool> progress(qint64 run, const std::optional<QByteArray> &json); // true: it is to end
    // False: it had ended already, by another's word.
    Result<bool> finish(qint64 run, ChaosState state, const std::optional<QByteArray> &verdict, const std::optional<QByteArray> &error);
    Status failAbandoned(); // of processes that are no more; to be asked while this one carries out none

private:
    PgConnection &m_connection;
    QByteArray m_instance;
};

} // namespace oo
