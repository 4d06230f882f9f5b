#include "service/workers/replay.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace oo {

namespace {

constexpr char kEvents[] = "eventIds", kOrder[] = "order", kType[] = "type", kSince[] = "since", kUntil[] = "until", kParked[] = "parked";

tl::unexpected<Error> wrong(const QString &name)
{
    return fail(ErrorCode::Invalid, QStringLiteral("selection: %1 is not what it takes").arg(name));
}

} // namespace

Result<ReplaySelection> readSelection(const QByteArray &json)
{
    const auto document = QJsonDocument::fromJson(json);
    const auto object = document.object();
    ReplaySelection selection;
    if (!document.isObject())
        return wrong(QStringLiteral("it"));
    for (auto it = object.begin(); it != object.end(); ++it) {
        const auto name = it.key();
        const auto text = it.value().toString().toUtf8();
        const bool isList = name == QLatin1StringView(kEvents);
        if (isList ? !it.value().isArray() : text.isEmpty())
            return wrong(name);
        if (isList) {
            for (const auto &id : it.value().toArray()) {
                bool ok = false;
                selection.events.append(EventId(id.toString().toLongLong(&ok)));
                if (!ok)
                    return wrong(name);
            }
        } else if (name == QLatin1StringView(kOrder)) {
            selection.refId = text;
        } else if (name == QLatin1StringView(kType)) {
            selection.type = text;
        } else if (name == QLatin1StringView(kSince) || name == QLatin1StringView(kUntil)) {
            auto &target = name == QLatin1StringView(kSince) ? selection.since : selection.until;
            target = parseInstant(text);
            if (!target)
                return wrong(name);
        } else if (name == QLatin1StringView(kParked)) {
            selection.parked = fromText<ParkReason>(QByteArrayView(text));
            if (!selection.parked)
                return wrong(name);
        } else {
            return wrong(name);
        }
    }
    if (selection.isEmpty())
        return fail(ErrorCode::Invalid, QStringLiteral("selection: say which events: eventIds, order, type, since, until or parked"));
    return selection;
}

QByteArray writeSelection(const ReplaySelection &selection)
{
    QJsonObject object;
    QJsonArray ids;
    for (const auto &id : selection.events)
        ids.append(QString::number(id.value()));
    if (!ids.isEmpty())
        object.insert(QLatin1StringView(kEvents), ids);
    const auto add = [&](const char *name, const std::optional<QByteArray> &text) {
        if (text)
            object.insert(QLatin1StringView(name), QString::fromUtf8(*text));
    };
    add(kOrder, selection.refId);
    add(kType, selection.type);
    add(kSince, selection.since ? std::optional(toText(*selection.since)) : std::nullopt);
    add(kUntil, selection.until ? std::optional(toText(*selection.until)) : std::nullopt);
    add(kParked, selection.parked ? std::optional(bytesOf(*selection.parked)) : std::nullopt);
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace oo
