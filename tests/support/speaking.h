#pragma once

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <string_view>
#include <type_traits>
#include <utility>

// Names for failures: in a test that includes this file, QCOMPARE prints the names of the library's
// enumerators.

namespace test {

//! "Rejected" for TokenError::Code::Rejected; empty where `value` has no name.
template <auto value>
[[nodiscard]] constexpr std::string_view enumeratorName()
{
    // "... [with auto value = authcore::EndReason::Left; ...]", or "... = (authcore::EndReason)9"
    std::string_view name = __PRETTY_FUNCTION__;
    name.remove_prefix(name.find("value = ") + 8);
    name = name.substr(0, name.find_first_of(";]"));
    return name.front() == '(' ? std::string_view() : name.substr(name.rfind(':') + 1);
}

template <typename Enum, int... numbers>
[[nodiscard]] QByteArray nameAmong(
    Enum value, std::integer_sequence<int, numbers...> /*candidates*/)
{
    std::string_view name;
    ((value == Enum(numbers) ? void(name = enumeratorName<Enum(numbers)>()) : void()), ...);
    return name.empty() ? QByteArray::number(qint64(value))
                        : QByteArray(name.data(), qsizetype(name.size()));
}

//! The enumerator's name, or its number if it has no name.
template <typename Enum>
requires std::is_enum_v<Enum>
[[nodiscard]] QString nameOf(Enum value)
{
    return QString::fromLatin1(nameAmong(value, std::make_integer_sequence<int, 20>()));
}

template <typename Enum>
requires std::is_enum_v<Enum>
[[nodiscard]] char *toString(const Enum &value)
{
    return qstrdup(nameOf(value).toLatin1().constData());
}

//! The end of a sign-in: "succeeded", "failed, cancelled twice", "not ended".
[[nodiscard]] inline QString endsOf(
    const QSignalSpy &succeeded, const QSignalSpy &failed, const QSignalSpy &cancelled)
{
    QStringList ends;
    for (const auto &[name, count] : {std::pair("succeeded", succeeded.size()),
             {"failed", failed.size()}, {"cancelled", cancelled.size()}}) {
        const char *often = count == 1 ? "" : count == 2 ? " twice" : " more often";
        if (count > 0)
            ends.append(QString::fromLatin1(name) + QString::fromLatin1(often));
    }
    return ends.isEmpty() ? QStringLiteral("not ended") : ends.join(QStringLiteral(", "));
}

} // namespace test

// QTest looks for toString() in the namespaces of the enums.

namespace authcore {
using test::toString;
}

namespace authcore::machine {
using test::toString;
}
