#include "service/domain/personal_data.h"

#include "service/domain/signature.h"
#include "shared/core/json_reader.h"

namespace oo {

namespace {

constexpr char kCustomersRedact[] = "customers/redact", kShopRedact[] = "shop/redact";

QByteArray textOf(const JsonMember &member)
{
    if (member.kind == JsonMember::Kind::Number)
        return QByteArray(member.raw.data(), static_cast<qsizetype>(member.raw.size()));
    return member.string().value_or(QByteArray());
}

QByteArray normalized(SubjectKind kind, const QByteArray &text)
{
    if (kind == SubjectKind::Email)
        return QString::fromUtf8(text).trimmed().toLower().toUtf8();
    if (kind != SubjectKind::Phone)
        return text.trimmed();
    QByteArray digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9')
            digits += c;
    }
    return digits;
}

void add(QList<Subject> &subjects, SubjectKind kind, const QByteArray &text)
{
    const auto subject = subjectOf(kind, text);
    if (!subject.value.isEmpty() && !subjects.contains(subject))
        subjects.append(subject);
}

void addCustomer(QList<Subject> &subjects, const JsonMember &member)
{
    if (member.kind != JsonMember::Kind::Object)
        return;
    thread_local JsonReader reader; // another one is in the middle of the body
    reader.forEachMember(*member.objectText(), [&](const JsonMember &part) {
        if (part.key == "id")
            add(subjects, SubjectKind::Customer, textOf(part));
        else if (part.key == "email")
            add(subjects, SubjectKind::Email, textOf(part));
        else if (part.key == "phone")
            add(subjects, SubjectKind::Phone, textOf(part));
    });
}

bool isOfDataRequest(std::string_view key)
{
    return key == "orders_requested" || key == "data_request";
}

} // namespace

Subject subjectOf(SubjectKind kind, const QByteArray &text)
{
    return {kind, normalized(kind, text)};
}

Subjects shopifySubjects(QByteArrayView topic, const QByteArray &shopDomain, const std::optional<QByteArray> &refId, const QByteArray &body)
{
    thread_local JsonReader reader;
    Subjects found{shopDomain.toLower(), {}, {}};
    if (refId)
        add(found.all, SubjectKind::Order, *refId);
    add(found.all, SubjectKind::Shop, found.shopDomain);
    const bool isAboutCustomer = topic.startsWith("customers/");
    reader.forEachMember(body, [&](const JsonMember &member) {
        if (member.key == "customer")
            addCustomer(found.all, member);
        else if (member.key == "email" || member.key == "contact_email")
            add(found.all, SubjectKind::Email, textOf(member));
        else if (member.key == "phone")
            add(found.all, SubjectKind::Phone, textOf(member));
        else if (member.key == "id" && isAboutCustomer)
            add(found.all, SubjectKind::Customer, textOf(member));
        else if (member.key == "created_at")
            found.orderCreatedAt = parseInstant(member.string().value_or(QByteArray()));
    });
    return found;
}

Subjects courierSubjects(const QByteArray &trackingNumber)
{
    Subjects found;
    add(found.all, SubjectKind::Tracking, trackingNumber);
    return found;
}

QList<QByteArray> RedactionRequest::values(SubjectKind kind) const
{
    QList<QByteArray> values;
    for (const auto &subject : subjects) {
        if (subject.kind == kind)
            values.append(subject.value);
    }
    return values;
}

QList<QByteArray> redactionTopics()
{
    return {kCustomersRedact, kShopRedact};
}

bool asksToForget(QByteArrayView topic)
{
    return topic == kCustomersRedact || topic == kShopRedact;
}

std::optional<RedactionRequest> readRedaction(QByteArrayView topic, const QByteArray &body)
{
    thread_local JsonReader reader, listReader;
    RedactionRequest request;
    request.isWholeShop = topic == kShopRedact;
    bool hasOrders = false, hasOther = false;
    const bool readable = reader.forEachMember(body, [&](const JsonMember &member) {
        if (member.key == "shop_domain") {
            request.shopDomain = member.string().value_or(QByteArray()).trimmed().toLower();
        } else if (member.key == "customer" && !request.isWholeShop) {
            addCustomer(request.subjects, member);
        } else if (member.key == "orders_to_redact" && member.kind == JsonMember::Kind::Array) {
            hasOrders = true;
            listReader.forEachElement(QByteArrayView(member.raw.data(), static_cast<qsizetype>(member.raw.size())),
                                      [&](const JsonMember &order) { add(request.subjects, SubjectKind::Order, textOf(order)); });
        } else if (request.isWholeShop ? member.key != "shop_id" : isOfDataRequest(member.key)) {
            hasOther = true; // a shop's has no fields of its own by which it could be known
        }
    });
    if (!readable || hasOther || request.shopDomain.isEmpty() || hasOrders == request.isWholeShop || !asksToForget(topic))
        return std::nullopt;
    if (request.isWholeShop)
        add(request.subjects, SubjectKind::Shop, request.shopDomain);
    return request;
}

bool isForEver(SubjectKind kind)
{
    return kind == SubjectKind::Order || kind == SubjectKind::Tracking;
}

QByteArray subjectHash(QByteArrayView key, QByteArrayView shopDomain, const Subject &subject)
{
    const bool isOfShop = subject.kind != SubjectKind::Tracking; // a courier does not say for whom
    return hmacSha256(key, bytesOf(subject.kind) + '\n' + (isOfShop ? shopDomain.toByteArray() : QByteArray()) + '\n' + subject.value);
}

} // namespace oo
