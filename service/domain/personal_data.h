#pragma once
// Whom a webhook speaks of, and who asks to be forgotten (design §5 "Redaction"; shopify-webhooks.md §3).

#include "shared/core/enum_table.h"
#include "shared/core/instant.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace oo {

enum class SubjectKind { Order, Tracking, Customer, Email, Phone, Shop };
template <>
struct EnumTable<SubjectKind>
{
    static constexpr std::array rows{
        EnumRow{SubjectKind::Order, "order"},       EnumRow{SubjectKind::Tracking, "tracking"}, EnumRow{SubjectKind::Customer, "customer"},
        EnumRow{SubjectKind::Email, "email"},       EnumRow{SubjectKind::Phone, "phone"},       EnumRow{SubjectKind::Shop, "shop"},
    };
};
static_assert(rowsFollowEnum<SubjectKind>());

// Something by which a person, or what was theirs, is known. Values are compared as they are here: ids in decimal, e-mail
// addresses in lower case, phone numbers as digits alone.
struct Subject
{
    SubjectKind kind;
    QByteArray value;
    friend bool operator==(const Subject &, const Subject &) = default;
};

Subject subjectOf(SubjectKind kind, const QByteArray &text);

// What of a webhook decides whether its personal data may be kept.
struct Subjects
{
    QByteArray shopDomain; // empty for a courier's
    QList<Subject> all;
    std::optional<Instant> orderCreatedAt;
};

// Of a Shopify webhook of any topic but those that ask to be forgotten. `refId`: the order that it is about.
Subjects shopifySubjects(QByteArrayView topic, const QByteArray &shopDomain, const std::optional<QByteArray> &refId, const QByteArray &body);
Subjects courierSubjects(const QByteArray &trackingNumber);

struct RedactionRequest
{
    QByteArray shopDomain; // of the signed body
    QList<Subject> subjects;
    bool isWholeShop = false;

    QList<QByteArray> values(SubjectKind kind) const;
};

QList<QByteArray> redactionTopics(); // customers/redact, shop/redact
bool asksToForget(QByteArrayView topic);
// The topic is a header, which nobody signs: the signed body must have that topic's own shape (shopify-webhooks.md §3), so that no
// other signed body can be made to erase. Else nullopt.
std::optional<RedactionRequest> readRedaction(QByteArrayView topic, const QByteArray &body);

// An order and its tracking number stay forgotten; others may come back, and only what is older is kept from them.
bool isForEver(SubjectKind kind);

// What a tombstone holds: an HMAC-SHA256 under the server's key, so that nobody guesses what it is about. 32 bytes.
QByteArray subjectHash(QByteArrayView key, QByteArrayView shopDomain, const Subject &subject);

} // namespace oo
