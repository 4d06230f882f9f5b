#include "service/app/settings.h"

#include "service/backends/embedded_backends.h"
#include "service/domain/order_payload.h"

namespace oo {

namespace {

template <class T>
bool readNumber(T &target, const QString &text, qint64 low, qint64 high)
{
    bool ok = false;
    const qint64 value = text.toLongLong(&ok);
    if (!ok || value < low || value > high)
        return false;
    target = static_cast<T>(value);
    return true;
}

bool readBool(bool &target, const QString &text)
{
    const auto lower = text.toLower();
    const bool yes = lower == QLatin1StringView("1") || lower == QLatin1StringView("true") || lower == QLatin1StringView("yes");
    const bool no = lower == QLatin1StringView("0") || lower == QLatin1StringView("false") || lower == QLatin1StringView("no");
    if (!yes && !no)
        return false;
    target = yes;
    return true;
}

bool readText(QString &target, const QString &text)
{
    target = text;
    return !text.isEmpty();
}

bool readUrl(QString &target, const QString &text)
{
    target = text;
    const QUrl url(text, QUrl::StrictMode);
    const bool isHttp = url.scheme() == QLatin1StringView("http") || url.scheme() == QLatin1StringView("https");
    return text.isEmpty() || (url.isValid() && isHttp && !url.host().isEmpty());
}

template <class E>
bool readEnum(E &target, const QString &text)
{
    const auto value = fromText<E>(text.toUtf8());
    if (value)
        target = *value;
    return value.has_value();
}

bool readSecrets(QList<QByteArray> &target, const QString &text)
{
    target.clear();
    for (const auto &part : text.split(QLatin1Char(','), Qt::SkipEmptyParts))
        target.append(part.trimmed().toUtf8());
    return target.size() <= static_cast<qsizetype>(Counters::maxSecrets);
}

bool readHosts(QList<QByteArray> &target, const QString &text)
{
    target.clear();
    for (const auto &part : text.split(QLatin1Char(','), Qt::SkipEmptyParts))
        target.append(part.trimmed().toLower().toUtf8());
    return !target.isEmpty();
}

bool readFaultPoint(std::optional<FaultOrders::Kill> &target, const QString &text)
{
    const auto parts = text.split(QLatin1Char(':'));
    const auto point = fromText<FaultPoint>(parts[0].toUtf8());
    int pass = 1;
    if (!text.isEmpty() && (!point || parts.size() > 2 || (parts.size() == 2 && !readNumber(pass, parts[1], 1, 1000000))))
        return false;
    target = text.isEmpty() ? std::nullopt : std::optional<FaultOrders::Kill>({*point, pass});
    return true;
}

bool readGuards(std::vector<Guard> &target, const QString &text)
{
    target.clear();
    for (const auto &part : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const auto guard = fromText<Guard>(part.trimmed().toUtf8());
        if (!guard)
            return false;
        target.push_back(*guard);
    }
    return true;
}

using S = ServiceSettings;
using T = QString;

constexpr qint64 kDaySeconds = 24ll * 3600;
constexpr qint64 kDayMs = kDaySeconds * 1000;

const SettingRow kRows[] = {
    {"APP_ENV", "production", [](S &s, const T &t) { return readEnum(s.environment, t); },
     "where it runs; `serve --embedded` takes local when it is not set", "local, test, production"},
    {"APP_PORT", "4000", [](S &s, const T &t) { return readNumber(s.appPort, t, 0, 65535); }, "port of the webhook gateway", "port"},
    {"APP_BIND", "0.0.0.0", [](S &s, const T &t) { return readText(s.appBind, t); },
     "address of the webhook gateway; `serve --embedded` takes 127.0.0.1 when it is not set", "address"},
    {"ADMIN_PORT", "4001", [](S &s, const T &t) { return readNumber(s.adminPort, t, 0, 65535); }, "port of the admin API", "port"},
    {"ADMIN_BIND", "127.0.0.1", [](S &s, const T &t) { return readText(s.adminBind, t); }, "address of the admin API", "address"},
    {"ADMIN_HOSTS", "localhost,127.0.0.1,[::1]", [](S &s, const T &t) { return readHosts(s.adminHosts, t); },
     "what the Host of a request to the admin API may be, without port", "names and addresses with commas between"},
    {"STUCK_UNBOOKED_SECONDS", "120", [](S &s, const T &t) { return readNumber(s.stuckAfter.unbookedSeconds, t, 1, kDaySeconds); },
     "an order that is bookable for so long without a booking counts as stuck", "seconds"},
    {"STUCK_CALL_SECONDS", "300", [](S &s, const T &t) { return readNumber(s.stuckAfter.callOpenSeconds, t, 1, kDaySeconds); },
     "an order whose call is an intent or unknown for so long counts as stuck", "seconds"},
    {"STUCK_PLACEHOLDER_SECONDS", "900", [](S &s, const T &t) { return readNumber(s.stuckAfter.placeholderSeconds, t, 1, kDaySeconds); },
     "an order of which only updates came for so long counts as stuck", "seconds"},
    {"DB_CONNECTION", "postgres", [](S &, const T &t) { return t == QLatin1StringView("postgres"); },
     "kind of database; there is one", "postgres"},
    {"DB_HOST", "localhost", [](S &s, const T &t) { return readText(s.postgres.host, t); },
     "host of PostgreSQL, or the folder of its Unix socket", "host or folder"},
    {"DB_PORT", "5432", [](S &s, const T &t) { return readNumber(s.postgres.port, t, 1, 65535); }, "port of PostgreSQL", "port"},
    {"DB_USERNAME", "postgres", [](S &s, const T &t) { return readText(s.postgres.user, t); }, "user of PostgreSQL", "text"},
    {"DB_PASSWORD", "", [](S &s, const T &t) { s.postgres.password = t; return true; }, "password of that user", "text", true},
    {"DB_DATABASE", "orders", [](S &s, const T &t) { return readText(s.postgres.database, t); }, "name of the database", "text"},
    {"DB_SSL_CA", "", [](S &s, const T &t) { s.postgres.caFile = t; return true; },
     "certificate file to verify PostgreSQL by; when set, the connection is encrypted and verified", "file"},
    {"DB_SYNCHRONIZE", "false", [](S &s, const T &t) { return readBool(s.migrateAtStart, t); },
     "run the migrations at start", "true, false"},
    {"DB_LOGGING", "false", [](S &s, const T &t) { return readBool(s.postgres.logStatements, t); },
     "log each statement sent to PostgreSQL with its time; never its values", "true, false"},
    {"REDIS_HOST", "localhost", [](S &s, const T &t) { return readText(s.redis.host, t); },
     "host of Redis, or the path of its Unix socket", "host or path"},
    {"REDIS_PORT", "6379", [](S &s, const T &t) { return readNumber(s.redis.port, t, 1, 65535); }, "port of Redis", "port"},
    {"REDIS_USERNAME", "", [](S &s, const T &t) { s.redis.user = t; return true; }, "user of Redis' access list; empty: the default user", "text"},
    {"REDIS_PASSWORD", "", [](S &s, const T &t) { s.redis.password = t; return true; }, "password of Redis", "text", true},
    {"REDIS_TLS", "false", [](S &s, const T &t) { return readBool(s.redis.tls, t); },
     "speak TLS to Redis; takes a program built with hiredis 1.0 or later", "true, false"},
    {"REDIS_TLS_CA", "", [](S &s, const T &t) { s.redis.caFile = t; return true; },
     "file of certificates that Redis is verified against; empty: the system's", "path"},
    {"COURIER_SERVICE_URL", "", [](S &s, const T &t) { return readUrl(s.courierUrl, t); },
     "the courier; empty: the stand-in under /mocks (not in production)", "http(s) URL"},
    {"COURIER_TIMEOUT_MS", "5000", [](S &s, const T &t) { return readNumber(s.courierTimeoutMs, t, 100, 120000); },
     "time limit of a call to the courier", "ms"},
    {"COURIER_LOOKUP", "0", [](S &s, const T &t) { return readBool(s.courierLookUp, t); },
     "the courier offers GET <url>/bookings?key=; an unknown call is looked up before it is sent again", "0, 1"},
    {"SHOPIFY_ADMIN_SERVICE_URL", "", [](S &s, const T &t) { return readUrl(s.shopUrl, t); },
     "the service that tells the shop; empty: the stand-in under /mocks (not in production)", "http(s) URL"},
    {"SHOPIFY_ADMIN_TIMEOUT_MS", "5000", [](S &s, const T &t) { return readNumber(s.shopTimeoutMs, t, 100, 120000); },
     "time limit of a call to that service", "ms"},
    {"SHOPIFY_ADMIN_NOTIFICATIONS_RATE_MAX", "2",
     [](S &s, const T &t) { return readNumber(s.notificationLimit.max, t, 0, 100000); },
     "notifications in one rate window, over all processes; 0: no limit", "number"},
    {"SHOPIFY_ADMIN_NOTIFICATIONS_RATE_DURATION_MS", "1000",
     [](S &s, const T &t) { return readNumber(s.notificationLimit.durationMs, t, 1, kDayMs); }, "length of that window", "ms"},
    {"QUEUE_DEFAULT_ATTEMPTS", "3", [](S &s, const T &t) { return readNumber(s.retries.attempts, t, 1, 1000); },
     "attempts of a job, in all", "number"},
    {"QUEUE_DEFAULT_BACKOFF_MS", "5000", [](S &s, const T &t) { return readNumber(s.retries.delayMs, t, 0, kDayMs); },
     "wait before the second attempt", "ms"},
    {"QUEUE_DEFAULT_BACKOFF_TYPE", "exponential", [](S &s, const T &t) { return readEnum(s.retries.type, t); },
     "how that wait grows", "fixed, exponential"},
    {"SHOPIFY_WEBHOOK_SECRET", "", [](S &s, const T &t) { return readSecrets(s.secrets.shopify, t); },
     "secrets that sign Shopify's webhooks; required in production", "text, up to 8 with commas between", true},
    {"COURIER_WEBHOOK_SECRET", "", [](S &s, const T &t) { return readSecrets(s.secrets.courier, t); },
     "secrets that sign the courier's webhooks (X-Courier-Hmac-Sha256)", "text, up to 8 with commas between", true},
    {"COURIER_WEBHOOK_UNSIGNED", "refuse",
     [](S &s, const T &t) {
         s.courierUnsignedAllowed = t == QLatin1StringView("allow");
         return s.courierUnsignedAllowed || t == QLatin1StringView("refuse");
     },
     "what happens to a courier's webhook while there is no secret for it", "refuse, allow"},
    {"INGEST_MAX_BODY_BYTES", "5242880",
     [](S &s, const T &t) { return readNumber(s.maxBodyBytes, t, 1024, 256ll * 1024 * 1024); }, "largest webhook body", "bytes"},
    {"INGEST_MAX_WAITING", "4096", [](S &s, const T &t) { return readNumber(s.maxWaitingWebhooks, t, 1, 1000000); },
     "webhooks that may wait to be stored; past it the answer is 503", "number"},
    {"INGEST_WRITERS", "2", [](S &s, const T &t) { return readNumber(s.ingestWriters, t, 1, 16); },
     "connections that store webhooks; while one commits, the other gathers", "number"},
    {"WORKER_CONCURRENCY", "2", [](S &s, const T &t) { return readNumber(s.orderWorkers, t, 1, 64); }, "order workers", "number"},
    {"BOOK_TEST_ORDERS", "",
     [](S &s, const T &t) {
         bool book = false;
         const bool ok = t.isEmpty() || readBool(book, t);
         s.bookTestOrders = t.isEmpty() ? std::nullopt : std::optional(book);
         return ok;
     },
     "whether Shopify test orders are booked; empty: yes in local and test, no in production", "true, false, empty"},
    {"BOOKING_COURIER", "Example Courier",
     [](S &s, const T &t) { s.effects.courier = t.toUtf8(); return !t.isEmpty(); }, "courier that new bookings ask for", "text"},
    {"BOOKING_SHIPPING_FEE", "0.00",
     [](S &s, const T &t) {
         const auto fee = decimalText(t.toUtf8());
         s.effects.shippingFee = fee.value_or(QByteArray());
         return fee.has_value();
     },
     "shipping fee that a booking has until the courier names one", "decimal"},
    {"STANDIN_LEDGER_FILE", "", [](S &s, const T &t) { s.standinLedgerFile = t; return true; },
     "where the stand-in courier and shop keep what they accepted; empty: in memory", "file"},
    {"STOP_DRAIN_MS", "500", [](S &s, const T &t) { return readNumber(s.stopDrainMs, t, 0, 300000); },
     "while stopping, requests are still taken for so long, and /readyz says 503; past the interval of a balancer's checks, it sends nothing to a closed port", "ms"},
    {"STOP_DEADLINE_MS", "10000", [](S &s, const T &t) { return readNumber(s.stopDeadlineMs, t, 100, 600000); },
     "longest time from SIGTERM to the end", "ms"},
    {"FAULT_POINT", "", [](S &s, const T &t) { return readFaultPoint(s.faults.kill, t); },
     "for proof runs, with APP_ENV=test: the process kills itself at the given pass through this point", "point:pass, empty"},
    {"GUARDS_OFF", "", [](S &s, const T &t) { return readGuards(s.faults.guardsOff, t); },
     "for proof runs, with APP_ENV=test: guards that a negative control switches off", "names with commas between, empty"},
};

QUrl standinUrl(const ServiceSettings &settings)
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1/mocks").arg(settings.appPort));
}

} // namespace

std::span<const SettingRow> settingRows()
{
    return kRows;
}

void useBackends(const EmbeddedBackends &backends, ServiceSettings &settings)
{
    const auto postgres = backends.postgres();
    settings.postgres.host = postgres.host;
    settings.postgres.port = postgres.port;
    settings.postgres.user = postgres.user;
    settings.postgres.password.clear();
    settings.postgres.database = postgres.database;
    settings.postgres.caFile.clear();
    settings.redis.host = backends.redis().host;
    settings.redis.password.clear();
    settings.migrateAtStart = true;
    if (settings.standinLedgerFile.isEmpty())
        settings.standinLedgerFile = backends.folder() + QStringLiteral("/standin-ledger.jsonl");
}

Downstream ServiceSettings::courier() const
{
    return {QueueName::BookingEvents, courierUrl.isEmpty() ? standinUrl(*this) : QUrl(courierUrl), courierTimeoutMs,
            courierLookUp || courierUrl.isEmpty(), {}};
}

Downstream ServiceSettings::shop() const
{
    return {QueueName::ShopNotifications, shopUrl.isEmpty() ? standinUrl(*this) : QUrl(shopUrl), shopTimeoutMs, false,
            notificationLimit};
}

} // namespace oo
