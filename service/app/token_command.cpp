// `token`: who may use the admin API.

#include "service/app/commands.h"
#include "service/store/admin_tokens.h"
#include "service/store/admin_audit.h"
#include "service/store/migrator.h"

#include <QUuid>

namespace oo {

namespace {

constexpr qsizetype kMostName = 100;

int create(AdminTokens &tokens, const QString &name, const QString &roleText)
{
    const auto role = fromText<ApiRole>(QByteArrayView(roleText.toUtf8()));
    if (!role) {
        printError(QStringLiteral("say --role viewer or --role operator"));
        return kExitUsage;
    }
    const auto token = tokens.create({name.toUtf8(), *role});
    if (!token) {
        printError(token.error().message);
        return token.error().code == ErrorCode::Conflict ? kExitUsage : exitCodeOf(token.error());
    }
    printLine(QString::fromUtf8(*token));
    printError(QStringLiteral("keep it: it is not shown again"));
    return kExitOk;
}

int list(AdminTokens &tokens)
{
    const auto all = tokens.list();
    if (!all) {
        printError(all.error().message);
        return exitCodeOf(all.error());
    }
    for (const auto &token : *all) {
        printLine(QStringLiteral("%1 %2 created %3%4")
                      .arg(QString::fromUtf8(token.owner.name), -24)
                      .arg(QString::fromUtf8(bytesOf(token.owner.role)), -10)
                      .arg(QString::fromUtf8(toText(token.createdAt)),
                           token.revokedAt ? QStringLiteral(" revoked ") + QString::fromUtf8(toText(*token.revokedAt)) : QString()));
    }
    return kExitOk;
}

int revoke(AdminTokens &tokens, const QString &name)
{
    const auto revoked = tokens.revoke(name.toUtf8());
    if (!revoked) {
        printError(revoked.error().message);
        return exitCodeOf(revoked.error());
    }
    if (!*revoked)
        printError(QStringLiteral("there is no unrevoked token of the name %1").arg(name));
    return *revoked ? kExitOk : kExitUsage;
}

} // namespace

int tokenCommand(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Creates, lists and revokes tokens of the admin API: `token create NAME --role viewer|operator`, "
                                                    "`token list`, `token revoke NAME`."));
    addSettingsOptions(parser);
    parser.addOption({QStringLiteral("role"), QStringLiteral("What the token may do: viewer looks, operator also changes."), QStringLiteral("ROLE")});
    parser.addPositionalArgument(QStringLiteral("action"), QStringLiteral("create, list or revoke"));
    parser.addPositionalArgument(QStringLiteral("name"), QStringLiteral("whose token it is"), QStringLiteral("[name]"));
    if (const auto ended = parseOptions(parser, arguments))
        return *ended;
    const auto words = parser.positionalArguments();
    const auto action = words.value(0), name = words.value(1).trimmed();
    const bool takesName = action == QLatin1StringView("create") || action == QLatin1StringView("revoke");
    if ((!takesName && action != QLatin1StringView("list")) || words.size() != (takesName ? 2 : 1) || (takesName && (name.isEmpty() || name.size() > kMostName))) {
        printError(QStringLiteral("say create NAME --role ROLE, list, or revoke NAME"));
        return kExitUsage;
    }
    const auto settings = settingsFor(parser);
    if (!settings)
        return kExitUsage;
    PgConnection connection(settings->postgres);
    if (const auto ready = Migrator(connection).check(); !ready) {
        printError(ready.error().message);
        return exitCodeOf(ready.error());
    }
    AdminTokens tokens(connection);
    if (!takesName)
        return list(tokens);
    AdminAudit audit(connection);
    const auto id = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    const auto begun = audit.begin({id, id, {"command line, " + qgetenv("USER"), ApiRole::Operator}, "token " + action.toUtf8(), name.toUtf8(), "command line"});
    if (!begun) {
        printError(begun.error().message);
        return exitCodeOf(begun.error());
    }
    const int code = action == QLatin1StringView("create") ? create(tokens, name, parser.value(QStringLiteral("role"))) : revoke(tokens, name);
    (void)audit.finish(id, code == kExitOk ? 200 : 400, "null");
    return code;
}

} // namespace oo
