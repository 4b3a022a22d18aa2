#include "authcore/profile/jsoncomments.h"

#include <algorithm>
#include <optional>

namespace authcore {

namespace {

//! The position behind the string that begins at `begin`.
qsizetype endOfString(const QByteArray &json, qsizetype begin)
{
    auto at = begin + 1;
    while (at < json.size() && json.at(at) != '"')
        at += json.at(at) == '\\' ? 2 : 1;
    return std::min(at + 1, json.size());
}

//! The position behind the comment that begins at `begin`; `begin` if it is never closed; empty:
//! there is none.
std::optional<qsizetype> endOfComment(const QByteArray &json, qsizetype begin)
{
    const auto rest = QByteArrayView(json).sliced(begin);
    if (rest.startsWith("//")) {
        const auto end = json.indexOf('\n', begin);
        return end < 0 ? json.size() : end;
    }
    if (!rest.startsWith("/*"))
        return std::nullopt;
    const auto end = json.indexOf("*/", begin + 2);
    return end < 0 ? begin : end + 2;
}

} // namespace

QByteArray withoutComments(QByteArray json)
{
    const auto lastMark = json.lastIndexOf('/'); // no comment begins behind it
    for (qsizetype at = 0; at < lastMark;) {
        if (json.at(at) == '"') {
            at = endOfString(json, at);
            continue;
        }
        const auto end = json.at(at) == '/' ? endOfComment(json, at) : std::nullopt;
        if (end == at)
            break;
        for (auto byte = at; byte < end.value_or(at); ++byte) {
            if (json.at(byte) != '\n') // lines keep their numbers
                json[byte] = ' ';
        }
        at = end.value_or(at + 1);
    }
    return json;
}

} // namespace authcore
