#pragma once

#include <QtCore/QCommandLineParser>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>

namespace app::cli {

//! Reads options one by one, and keeps the first problem.
class OptionReader
{
public:
    enum class Names { Needed, Optional };

    //! `flags` take no value. `names` name the arguments that are no options, for messages.
    OptionReader(const QStringList &arguments, const QStringList &options,
        const QStringList &flags = {}, const QStringList &names = {}, Names need = Names::Needed);

    [[nodiscard]] bool isSet(const QString &name) const;
    //! Argument `index` of those that are no options; empty: it is missing.
    [[nodiscard]] QString argument(qsizetype index) const;
    //! Of an option that may be repeated.
    [[nodiscard]] QStringList values(const QString &name) const;
    [[nodiscard]] const QString &problem() const; //!< a text for people; empty: no problem so far

    void note(const QString &problem);
    void readText(const QString &name, QString &value);
    void readNumber(const QString &name, int least, int most, int &value);
    void readSwitch(const QString &name, bool &value); //!< reads "on" or "off"
    //! Reads a number in the unit of `Duration`.
    template <typename Duration>
    void readDuration(const QString &name, int least, int most, Duration &value)
    {
        int count = static_cast<int>(value.count());
        readNumber(name, least, most, count);
        value = Duration(count);
    }
    //! `find` returns an optional value for a name.
    template <typename Value, typename Find>
    void readOneOf(const QString &name, const QStringList &names, Value &value, Find find)
    {
        if (!isSet(name))
            return;
        if (const auto found = find(m_parser.value(name)))
            value = *found;
        else
            note(QStringLiteral("--%1 takes %2; not \"%3\".")
                     .arg(name, names.join(QStringLiteral(", ")), m_parser.value(name)));
    }

private:
    QCommandLineParser m_parser;
    QString m_problem;
};

} // namespace app::cli
