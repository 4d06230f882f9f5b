#include "service/http/standin_ledger.h"

#include "shared/core/json_text.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace oo {

StandinLedger::StandinLedger(const QString &file)
{
    if (file.isEmpty())
        return;
    m_file.setFileName(file);
    if (!m_file.open(QIODevice::ReadWrite | QIODevice::Append | QIODevice::Unbuffered))
        return;
    m_file.seek(0);
    const auto lines = m_file.readAll().split('\n');
    for (const auto &line : lines) {
        const auto object = QJsonDocument::fromJson(line).object();
        if (object.contains(QLatin1StringView("shipment")))
            m_shipments.insert(object.value(QLatin1StringView("shipment")).toString().toUtf8(),
                               QJsonDocument(object.value(QLatin1StringView("answer")).toObject()).toJson(QJsonDocument::Compact));
        else if (!object.isEmpty())
            remember({object.value(QLatin1StringView("key")).toString().toUtf8(),
                      object.value(QLatin1StringView("call")).toString().toUtf8(),
                      object.value(QLatin1StringView("refId")).toString().toUtf8(),
                      QJsonDocument(object.value(QLatin1StringView("answer")).toObject()).toJson(QJsonDocument::Compact), 0});
    }
}

void StandinLedger::remember(const StandinEntry &entry)
{
    if (!entry.key.isEmpty())
        m_byKey.insert(entry.key, m_entries.size());
    m_entries.append(entry);
}

void StandinLedger::accept(const StandinEntry &entry)
{
    remember(entry);
    QByteArray line;
    JsonObjectWriter json(line);
    json.string("key", entry.key);
    json.string("call", entry.call);
    json.string("refId", entry.refId);
    json.raw("answer", entry.answer);
    json.close();
    writeLine(line);
}

void StandinLedger::setShipment(const QByteArray &refId, const QByteArray &answer)
{
    m_shipments.insert(refId, answer);
    QByteArray line;
    JsonObjectWriter json(line);
    json.string("shipment", refId);
    json.raw("answer", answer);
    json.close();
    writeLine(line);
}

void StandinLedger::writeLine(const QByteArray &line)
{
    if (m_file.isOpen())
        m_file.write(line + '\n'); // one write; the system keeps it when this process dies
}

const StandinEntry *StandinLedger::repeat(const QByteArray &key)
{
    const auto it = m_byKey.constFind(key);
    if (key.isEmpty() || it == m_byKey.cend())
        return nullptr;
    auto &entry = m_entries[*it];
    ++entry.repeats;
    return &entry;
}

const StandinEntry *StandinLedger::find(const QByteArray &key) const
{
    const auto it = m_byKey.constFind(key);
    return it == m_byKey.cend() ? nullptr : &m_entries[*it];
}

void StandinLedger::clear()
{
    m_entries.clear();
    m_byKey.clear();
    m_shipments.clear();
    if (m_file.isOpen())
        m_file.resize(0);
}

} // namespace oo
