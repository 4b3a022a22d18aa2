#include "authcore/profile/jsontext.h"

#include "authcore/profile/jsonpointer.h"
#include "authcore/profile/jsontokens.h"

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

//! What find() looks for, as a tree of all pointers.
struct Wanted
{
    std::map<QString, std::unique_ptr<Wanted>> members = {};
    std::optional<qsizetype> offset = {}; //!< empty: not found so far

    [[nodiscard]] Wanted *member(const QString &name) const
    {
        const auto found = members.find(name);
        return found == members.end() ? nullptr : found->second.get();
    }
    void add(const QString &pointer)
    {
        Wanted *place = this;
        for (const QString &step : stepsOf(pointer)) {
            auto &next = place->members[step];
            if (!next)
                next = std::make_unique<Wanted>();
            place = next.get();
        }
    }
    //! The offset of the innermost step that was found.
    [[nodiscard]] qsizetype offsetOf(const QString &pointer) const
    {
        const Wanted *place = this;
        for (const QString &step : stepsOf(pointer)) {
            const Wanted *const next = place->member(step);
            if (next == nullptr || !next->offset)
                break;
            place = next;
        }
        return place->offset.value_or(0);
    }
};

//! An object or an array that find() is in.
struct Opened
{
    const Wanted &wanted;
    bool isObject = false;
    qsizetype nextIndex = 0;
};

//! The object or array that findDuplicateKeys() is in.
struct Level
{
    bool isObject;
    std::set<QString> keys = {};
    QString key = {}; //!< the present member's
    qsizetype index = -1; //!< the present element's
    bool isKeyNext = true;

    [[nodiscard]] QString place() const
    {
        return u'/' + (isObject ? escapedForPointer(key) : QString::number(index));
    }
};

QString pointerTo(const std::vector<Level> &levels)
{
    QString pointer;
    for (const auto &level : levels)
        pointer += level.place();
    return pointer;
}

//! Repeated keys. Pointers are made only for those that are reported, which saves time.
struct Duplicates
{
    QStringList pointers = {};
    QList<qsizetype> offsets = {};

    void add(qsizetype offset, const std::vector<Level> &levels)
    {
        const bool isReported = pointers.size() < ProfileErrors::most;
        pointers.append(isReported ? pointerTo(levels) : QString());
        offsets.append(offset);
    }
};

} // namespace

JsonText::JsonText(QByteArray text)
    : m_text(std::move(text))
{
}

QList<TextPosition> JsonText::find(const QStringList &pointers) const
{
    Wanted root;
    for (const QString &pointer : pointers)
        root.add(pointer);
    JsonTokens tokens(m_text);
    const auto whole = tokens.next();
    root.offset = whole.begin;
    std::vector<Opened> opened; // the objects and arrays around the present token
    const auto open = [&](const JsonToken &first, const Wanted &wanted) {
        if (first.isBegin())
            opened.push_back({wanted, first.kind == JsonToken::Kind::ObjectBegin});
    };
    open(whole, root);
    while (!opened.empty()) {
        const auto begin = tokens.next();
        if (begin.isEnd()) {
            opened.pop_back();
            continue;
        }
        auto &level = opened.back();
        const auto value = level.isObject ? tokens.next() : begin;
        const auto name =
            level.isObject ? tokens.textOf(begin) : QString::number(level.nextIndex++);
        auto *const member = level.wanted.member(name);
        if (member == nullptr || member->offset) {
            tokens.skip(value);
        } else {
            member->offset = begin.begin;
            open(value, *member);
        }
    }
    QList<qsizetype> offsets;
    for (const QString &pointer : pointers)
        offsets.append(root.offsetOf(pointer));
    return at(offsets);
}

QList<TextPosition> JsonText::at(const QList<qsizetype> &offsets) const
{
    std::vector<qsizetype> order(static_cast<std::size_t>(offsets.size()));
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
        [&offsets](qsizetype a, qsizetype b) { return offsets.at(a) < offsets.at(b); });
    QList<TextPosition> positions(offsets.size());
    TextPosition here;
    qsizetype next = JsonTokens::firstByte(m_text);
    for (const qsizetype index : order) {
        for (const auto end = std::min(offsets.at(index), m_text.size()); next < end; ++next) {
            if (m_text.at(next) == '\n')
                here = {here.line + 1, 1};
            else if ((m_text.at(next) & 0xc0) != 0x80) // of UTF-8, where a character begins
                ++here.column;
        }
        positions[index] = here;
    }
    return positions;
}

void JsonText::findDuplicateKeys(ProfileErrors &errors) const
{
    Duplicates duplicates;
    std::vector<Level> levels;
    JsonTokens tokens(m_text);
    for (auto token = tokens.next(); token.kind != JsonToken::Kind::Nothing;
         token = tokens.next()) {
        if (token.isEnd()) {
            if (!levels.empty())
                levels.pop_back();
            continue;
        }
        if (!levels.empty()) {
            auto &level = levels.back();
            const bool isKey =
                level.isObject && level.isKeyNext && token.kind == JsonToken::Kind::String;
            level.isKeyNext = !isKey;
            ++level.index;
            if (isKey) {
                level.key = tokens.textOf(token);
                if (!level.keys.insert(level.key).second)
                    duplicates.add(token.begin, levels);
                continue;
            }
        }
        if (token.isBegin())
            levels.push_back({.isObject = token.kind == JsonToken::Kind::ObjectBegin});
    }
    const auto positions = at(duplicates.offsets);
    for (qsizetype i = 0; i < positions.size(); ++i)
        errors.add({duplicates.pointers.at(i), u"is there twice; keep the one that is meant"_s,
            positions.at(i)});
}

} // namespace authcore
