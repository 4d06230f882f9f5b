#pragma once
// All settings of the service, from one table (design §7): reading, check-config, the README and .env.example follow it.

#include "service/admin/order_answers.h"
#include "service/domain/effects.h"
#include "service/domain/retry_time.h"
#include "service/faults/fault_points.h"
#include "service/http/webhook_gateway.h"
#include "service/queue/redis_connection.h"
#include "service/store/pg_connection.h"
#include "service/workers/downstream.h"

#include <QList>
#include <QString>

#include <optional>
#include <span>

namespace oo {

class EmbeddedBackends;

enum class AppEnvironment { Local, Test, Production };
template <>
struct EnumTable<AppEnvironment>
{
    static constexpr std::array rows{
        EnumRow{AppEnvironment::Local, "local"},
        EnumRow{AppEnvironment::Test, "test"},
        EnumRow{AppEnvironment::Production, "production"},
    };
};
static_assert(rowsFollowEnum<AppEnvironment>());

struct ServiceSettings
{
    AppEnvironment environment = AppEnvironment::Production;
    QString appBind;
    int appPort = 0;
    QString adminBind;
    int adminPort = 0;
    QList<QByteArray> adminHosts;
    StuckAfter stuckAfter;
    PgSettings postgres;
    bool migrateAtStart = false;
    RedisSettings redis;
    QString courierUrl; // empty: the stand-in
    QString shopUrl;
    int courierTimeoutMs = 0;
    int shopTimeoutMs = 0;
    bool courierLookUp = false;
    RateLimit notificationLimit;
    RetryPolicy retries;
    WebhookSecrets secrets;
    bool courierUnsignedAllowed = false;
    qint64 maxBodyBytes = 0;
    int maxWaitingWebhooks = 0;
    int ingestWriters = 0;
    int orderWorkers = 0;
    EffectPolicy effects;
    std::optional<bool> bookTestOrders; // absent: by environment
    QString standinLedgerFile;
    int stopDrainMs = 0;
    int stopDeadlineMs = 0;
    FaultOrders faults; // APP_ENV test alone

    bool isProduction() const { return environment == AppEnvironment::Production; }
    bool usesStandins() const { return courierUrl.isEmpty() || shopUrl.isEmpty(); }
    Downstream courier() const;
    Downstream shop() const;
};

struct SettingRow
{
    const char *key;
    const char *defaultText; // what it is when nothing is said; "" is a value too
    // Takes the text into the settings; false if it is not a value of this setting.
    bool (*read)(ServiceSettings &, const QString &);
    const char *meaning;
    const char *values;   // what may stand there, for people
    bool secret = false;
};

std::span<const SettingRow> settingRows();

// The settings of a service on its own backends: where they are, and what goes with them.
void useBackends(const EmbeddedBackends &backends, ServiceSettings &settings);

} // namespace oo
