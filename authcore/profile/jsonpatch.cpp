#include "authcore/profile/jsonpatch.h"

#include "authcore/profile/jsoncomments.h"
#include "authcore/profile/jsonpointer.h"
#include "authcore/profile/jsonprinting.h"
#include "authcore/profile/jsontokens.h"

#include <QtCore/QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Operation = JsonEdit::Operation;

//! Where a member or an element is in a text.
struct Span
{
    qsizetype begin = 0; //!< of the key, or of the element
    qsizetype valueBegin = 0;
    qsizetype valueEnd = 0;
};

//! An object or an array in a text.
struct Container
{
    Span self;
    bool isObject = true;
    QList<Span> members = {};
    QStringList names = {}; //!< keys or indexes, as many as members

    [[nodiscard]] std::optional<Span> find(const QString &name) const
    {
        const auto index = names.indexOf(name);
        return index < 0 ? std::nullopt : std::optional(members.at(index));
    }
};

//! The object or array whose first byte is at `span.valueBegin`; empty: it is neither.
std::optional<Container> containerAt(const QByteArray &json, const Span &span)
{
    const auto value = json.mid(span.valueBegin, span.valueEnd - span.valueBegin);
    JsonTokens tokens(value);
    const auto first = tokens.next();
    if (!first.isBegin())
        return std::nullopt;
    Container container {span, first.kind == JsonToken::Kind::ObjectBegin};
    for (auto begin = tokens.next(); !begin.isEnd(); begin = tokens.next()) {
        const auto token = container.isObject ? tokens.next() : begin;
        container.names.append(
            container.isObject ? tokens.textOf(begin) : QString::number(container.names.size()));
        container.members.append({span.valueBegin + begin.begin, span.valueBegin + token.begin,
            span.valueBegin + tokens.skip(token)});
    }
    return container;
}

//! The object or array that the last step of `steps` is in.
std::optional<Container> parentOf(const QByteArray &json, const QStringList &steps)
{
    auto container = containerAt(json, {0, 0, json.size()});
    for (qsizetype i = 0; container && i + 1 < steps.size(); ++i) {
        const auto span = container->find(steps.at(i));
        container = span ? containerAt(json, *span) : std::nullopt;
    }
    return container;
}

qsizetype beginOfLine(const QByteArray &text, qsizetype at)
{
    return at == 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

//! The spaces before `at`, if there is nothing else on its line; empty: there is something.
std::optional<QByteArray> indentOf(const QByteArray &text, qsizetype at)
{
    const auto begin = beginOfLine(text, at);
    const auto before = text.mid(begin, at - begin);
    if (begin == 0 || !before.trimmed().isEmpty())
        return std::nullopt;
    return before;
}

//! How deep the line of `at` is indented.
qsizetype depthAt(const QByteArray &text, qsizetype at)
{
    const auto begin = beginOfLine(text, at);
    auto end = begin;
    while (end < at && text.at(end) == ' ')
        ++end;
    return end - begin;
}

qsizetype firstAfterSpace(const QByteArray &json, qsizetype at)
{
    while (at < json.size() && QByteArrayView(" \t\r\n").contains(json.at(at)))
        ++at;
    return at;
}

void replaceValue(QByteArray &text, const Span &span, const QJsonValue &value)
{
    text.replace(span.valueBegin, span.valueEnd - span.valueBegin,
        printedJson(value, depthAt(text, span.begin)));
}

QByteArray memberText(
    const Container &parent, const QString &name, const QJsonValue &value, qsizetype depth)
{
    const auto key = parent.isObject ? printedJson(name, 0) + ": " : QByteArray();
    return key + printedJson(value, depth);
}

void addFirst(
    QByteArray &text, const Container &parent, const QString &name, const QJsonValue &value)
{
    const auto depth = depthAt(text, parent.self.begin);
    auto inside = parent.self.valueEnd - 1; // before the bracket, behind comments
    while (QByteArrayView(" \t\r\n").contains(text.at(inside - 1)))
        text.remove(--inside, 1);
    const auto member = memberText(parent, name, value, parent.isObject ? depth + 2 : depth);
    if (parent.isObject)
        text.insert(
            inside, '\n' + QByteArray(depth + 2, ' ') + member + '\n' + QByteArray(depth, ' '));
    else
        text.insert(inside, member);
}

void addLast(QByteArray &text, const QByteArray &json, const Container &parent, const QString &name,
    const QJsonValue &value)
{
    const auto &last = parent.members.constLast();
    const auto indent = indentOf(text, last.begin);
    if (!indent) {
        text.insert(
            last.valueEnd, ", " + memberText(parent, name, value, depthAt(text, last.begin)));
        return;
    }
    // A comment behind the last member stays on its line.
    const auto endOfLine = json.indexOf('\n', last.valueEnd);
    const bool isAlone =
        endOfLine >= 0 && json.mid(last.valueEnd, endOfLine - last.valueEnd).trimmed().isEmpty();
    const QByteArray member = '\n' + *indent + memberText(parent, name, value, indent->size());
    text.insert(isAlone ? endOfLine : last.valueEnd, member);
    text.insert(last.valueEnd, ',');
}

//! Takes a member out together with a comma, and with its line where nothing else is on it.
void removeMember(QByteArray &text, const QByteArray &json, const Span &span)
{
    auto begin = span.begin;
    auto end = firstAfterSpace(json, span.valueEnd);
    const bool hasNext = end < json.size() && json.at(end) == ',';
    end = hasNext ? end + 1 : span.valueEnd;
    if (indentOf(text, begin)) {
        const auto endOfLine = text.indexOf('\n', end);
        if (endOfLine >= 0 && text.mid(end, endOfLine - end).trimmed().isEmpty()) {
            begin = beginOfLine(text, begin);
            end = endOfLine + 1;
        }
    }
    text.remove(begin, end - begin);
    const auto comma = hasNext ? -1 : json.lastIndexOf(',', begin);
    if (comma >= 0 && json.mid(comma + 1, begin - comma - 1).trimmed().isEmpty())
        text.remove(comma, 1);
}

bool apply(QByteArray &text, const JsonEdit &edit)
{
    const auto json = withoutComments(text);
    const auto steps = stepsOf(edit.path);
    const auto parent = steps.isEmpty() ? std::nullopt : parentOf(json, steps);
    if (!parent)
        return false;
    const auto &name = steps.constLast();
    const auto member = parent->find(name);
    if (edit.operation == Operation::Remove && member)
        removeMember(text, json, *member);
    else if (edit.operation == Operation::Remove)
        return false;
    else if (member)
        replaceValue(text, *member, edit.value);
    else if (edit.operation == Operation::Replace)
        return false;
    else if (parent->members.isEmpty())
        addFirst(text, *parent, name, edit.value);
    else
        addLast(text, json, *parent, name, edit.value);
    return true;
}

QString nameOf(Operation operation)
{
    switch (operation) {
    case Operation::Add:
        return u"add"_s;
    case Operation::Replace:
        return u"replace"_s;
    case Operation::Remove:
        return u"remove"_s;
    }
    return {};
}

} // namespace

QJsonArray toJson(const JsonPatch &patch)
{
    QJsonArray array;
    for (const JsonEdit &edit : patch) {
        QJsonObject operation {{u"op"_s, nameOf(edit.operation)}, {u"path"_s, edit.path}};
        if (edit.operation != Operation::Remove)
            operation.insert(u"value"_s, edit.value);
        array.append(operation);
    }
    return array;
}

JsonPatch patchFor(const QJsonObject &document, const QString &pointer, const QJsonValue &value)
{
    const bool isThere = !valueAt(document, pointer).isUndefined();
    if (value.isUndefined())
        return isThere ? JsonPatch {{Operation::Remove, pointer}} : JsonPatch();
    if (isThere)
        return {{Operation::Replace, pointer, value}};
    // The outermost object that is missing is added with all that is inside.
    auto path = pointer;
    auto whole = value;
    auto parent = path.left(path.lastIndexOf(u'/'));
    while (!parent.isEmpty() && valueAt(document, parent).isUndefined()) {
        whole = QJsonObject {{stepsOf(path).constLast(), whole}};
        path = parent;
        parent = path.left(path.lastIndexOf(u'/'));
    }
    return {{Operation::Add, path, whole}};
}

std::optional<QByteArray> patched(const QByteArray &text, const JsonPatch &patch)
{
    auto result = text;
    for (const JsonEdit &edit : patch) {
        if (!QJsonDocument::fromJson(withoutComments(result)).isObject() || !apply(result, edit))
            return std::nullopt;
    }
    return result;
}

} // namespace authcore
