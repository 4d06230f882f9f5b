#pragma once
// Reads one JSON object member by member, without building a tree; numbers and sub-objects stay the text they were.

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace oo {

struct JsonMember
{
    enum class Kind { Null, Boolean, Number, String, Object, Array };

    std::string_view key;
    Kind kind = Kind::Null;
    std::string_view raw;    // text of the value; of a string: without quotes, unescaped
    bool isTrue() const { return kind == Kind::Boolean && raw.starts_with('t'); }

    // The text of a string; nullopt for any other kind.
    std::optional<QByteArray> string() const;
    // A number that is a 64-bit signed integer, written without fraction or exponent; or, if allowed, such a string.
    std::optional<qint64> integer() const;
    std::optional<QByteArray> objectText() const;
    // The value as JSON again, of any kind.
    QByteArray json() const;
};

// Keeps parser and buffer between calls; one per thread.
class JsonReader
{
public:
    JsonReader();
    ~JsonReader();
    JsonReader(const JsonReader &) = delete;
    JsonReader &operator=(const JsonReader &) = delete;

    // Whether text is one valid JSON object in UTF-8, whole (numbers must fit 64 bits or a double; depth ≤ 1024).
    bool isObject(QByteArrayView text);
    bool isValue(QByteArrayView text); // the same for any JSON value

    // Calls visit for each top-level member in the order of the text; a repeated key is visited again (so the last one
    // wins, as in PostgreSQL's jsonb). False if the text is not an object or breaks off. Text that comes from outside must
    // have passed isObject() first: skipped parts are not checked here.
    bool forEachMember(QByteArrayView text, const std::function<void(const JsonMember &)> &visit);

    // The same for the elements of an array, whose key is empty.
    bool forEachElement(QByteArrayView text, const std::function<void(const JsonMember &)> &visit);

private:
    struct Parsers;
    QByteArrayView padded(QByteArrayView text);
    template <class Visit>
    bool iterate(QByteArrayView text, const Visit &visit);
    std::unique_ptr<Parsers> m_parsers;
    QByteArray m_buffer;
};

// PostgreSQL's jsonb refuses the escape \u0000 and lone surrogates. Each is replaced by \ufffd; without one of them the
// same bytes come back, shared. The raw body in `deliveries` keeps what was sent.
QByteArray replaceUnstorableEscapes(const QByteArray &json);

} // namespace oo
