#include "service/http/chunked_body.h"

#include <algorithm>
#include <charconv>

namespace oo {

namespace {
constexpr qsizetype kMaxLine = 1024;         // a chunk size with its extensions, or one trailer field
constexpr qsizetype kMaxTrailerBytes = 8192;
// Chunks of one byte cost six more; long extensions without a body are an attack.
constexpr qint64 kFreeOverhead = 16ll * 1024;
constexpr qint64 kOverheadPerByte = 8;
} // namespace

ChunkedBody::State ChunkedBody::size(QByteArrayView line)
{
    const auto semicolon = line.indexOf(';');
    auto digits = semicolon < 0 ? line : line.first(semicolon);
    while (!digits.isEmpty() && (digits.back() == ' ' || digits.back() == '\t'))
        digits.chop(1);
    quint64 value = 0;
    const auto [stop, error] = std::from_chars(digits.begin(), digits.end(), value, 16);
    if (digits.isEmpty() || digits.size() > 15 || error != std::errc() || stop != digits.end())
        return State::Malformed;
    m_left = static_cast<qint64>(value);
    if (m_left > m_maxBytes - m_body.size())
        return State::TooLarge;
    m_step = m_left == 0 ? Step::Trailer : Step::Data;
    return State::More;
}

ChunkedBody::State ChunkedBody::feed(QByteArray &input)
{
    qsizetype at = 0;
    const auto finish = [&](State state) {
        input.remove(0, at);
        return state;
    };
    for (;;) {
        const auto rest = QByteArrayView(input).sliced(at);
        if (m_step == Step::Data) {
            const auto part = std::min<qint64>(m_left, rest.size());
            m_body += rest.first(part);
            at += part;
            m_left -= part;
            if (m_left > 0)
                return finish(State::More);
            m_step = Step::DataEnd;
            continue;
        }
        const auto end = rest.indexOf("\r\n");
        if (end < 0)
            return finish(rest.size() > kMaxLine + 1 ? State::Malformed : State::More); // its CR may be here already
        if (end > kMaxLine)
            return finish(State::Malformed);
        const auto line = rest.first(end);
        if (line.contains('\n') || line.contains('\r'))
            return finish(State::Malformed);
        at += end + 2;
        m_overhead += end + 2;
        if (m_overhead > kFreeOverhead + kOverheadPerByte * m_body.size())
            return finish(State::Malformed);
        if (m_step == Step::Size) {
            if (const auto state = size(line); state != State::More)
                return finish(state);
        } else if (m_step == Step::DataEnd) {
            if (!line.isEmpty())
                return finish(State::Malformed);
            m_step = Step::Size;
        } else {
            m_trailerBytes += end + 2;
            if (line.isEmpty())
                return finish(State::Done);
            if (m_trailerBytes > kMaxTrailerBytes)
                return finish(State::Malformed);
        }
    }
}

} // namespace oo
