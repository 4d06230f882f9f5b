#pragma once
// What the stand-in courier and shop accepted, kept over a restart in a file of JSON lines when it has one.

#include <QByteArray>
#include <QFile>
#include <QHash>
#include <QList>
#include <QString>

namespace oo {

struct StandinEntry
{
    QByteArray key;   // Idempotency-Key; empty if the caller sent none
    QByteArray call;  // the last part of the path, such as request-shipping-booking
    QByteArray refId;
    QByteArray answer; // JSON, given again for the same key
    int repeats = 0;   // further requests under the same key
};

class StandinLedger
{
public:
    explicit StandinLedger(const QString &file); // empty: memory only

    // Writes the entry before it returns; a later crash of this process does not lose it.
    void accept(const StandinEntry &entry);
    // The entry under this key, counted as repeated; null if there is none.
    const StandinEntry *repeat(const QByteArray &key);
    const StandinEntry *find(const QByteArray &key) const;
    const QList<StandinEntry> &entries() const { return m_entries; }
    // What the courier is to answer to the booking of an order; kept like the entries.
    void setShipment(const QByteArray &refId, const QByteArray &answer);
    QByteArray shipment(const QByteArray &refId) const { return m_shipments.value(refId); }
    void clear();

private:
    void remember(const StandinEntry &entry);
    void writeLine(const QByteArray &line);
    QFile m_file;
    QHash<QByteArray, QByteArray> m_shipments; // ref id → answer, JSON
    QList<StandinEntry> m_entries;
    QHash<QByteArray, qsizetype> m_byKey;
};

} // namespace oo
