#pragma once
// Decodes a chunked body (RFC 9112 §7.1) as its bytes arrive.

#include <QByteArray>
#include <QByteArrayView>

namespace oo {

class ChunkedBody
{
public:
    enum class State { More, Done, Malformed, TooLarge };

    explicit ChunkedBody(qint64 maxBytes) : m_maxBytes(maxBytes) {}

    // Takes what belongs to the body from the front of `input` and drops it there; trailers are read and dropped.
    State feed(QByteArray &input);
    QByteArray takeBody() { return std::move(m_body); }
    qint64 size() const { return m_body.size(); }

private:
    enum class Step { Size, Data, DataEnd, Trailer };
    State size(QByteArrayView line);

    qint64 m_maxBytes;
    Step m_step = Step::Size;
    qint64 m_left = 0;
    qsizetype m_trailerBytes = 0;
    qint64 m_overhead = 0; // size lines and line ends
    QByteArray m_body;
};

} // namespace oo
