#include "bench/filled_store.h"

#include "service/store/migrator.h"

#include <QFile>

namespace oo {

Status fillStore(PgSettings settings, int orders)
{
    settings.statementTimeoutMs = 0;
    PgConnection postgres(settings);
    if (auto migrated = Migrator(postgres).migrate(); !migrated)
        return failure(migrated);
    QFile file(QStringLiteral(OO_SOURCE_DIR "/bench/fill_store.sql"));
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Unavailable, QStringLiteral("cannot read %1").arg(file.fileName()));
    for (const auto &script : {"SET bench.orders = " + QByteArray::number(orders), file.readAll(), QByteArray("VACUUM ANALYZE"), QByteArray("CHECKPOINT")}) {
        if (auto done = postgres.runScript(script); !done)
            return done;
    }
    return {};
}

} // namespace oo
