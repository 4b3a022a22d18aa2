#include "app/cli/commandline/optionreader.h"

using namespace Qt::StringLiterals;

namespace app::cli {

OptionReader::OptionReader(const QStringList &arguments, const QStringList &options,
    const QStringList &flags, const QStringList &names, Names need)
{
    for (const auto &option : options)
        m_parser.addOption({option, {}, u"value"_s});
    for (const auto &flag : flags + QStringList {u"version"_s})
        m_parser.addOption(QCommandLineOption(flag));
    m_parser.addOption(QCommandLineOption(QStringList {u"h"_s, u"help"_s}));
    if (!m_parser.parse(arguments)) {
        note(m_parser.errorText());
        return;
    }
    const auto given = m_parser.positionalArguments();
    if (given.size() > names.size())
        note(u"What is \"%1\" for? Options begin with --."_s.arg(given.at(names.size())));
    else if (given.size() < names.size() && need == Names::Needed)
        note(u"%1 is missing."_s.arg(names.at(given.size())));
}

bool OptionReader::isSet(const QString &name) const
{
    return m_parser.isSet(name);
}

QString OptionReader::argument(qsizetype index) const
{
    return m_parser.positionalArguments().value(index);
}

QStringList OptionReader::values(const QString &name) const
{
    return m_parser.values(name);
}

const QString &OptionReader::problem() const
{
    return m_problem;
}

void OptionReader::note(const QString &problem)
{
    if (m_problem.isEmpty())
        m_problem = problem;
}

void OptionReader::readText(const QString &name, QString &value)
{
    if (!isSet(name))
        return;
    value = m_parser.value(name);
    if (value.isEmpty())
        note(u"--%1 needs a value."_s.arg(name));
}

void OptionReader::readNumber(const QString &name, int least, int most, int &value)
{
    if (!isSet(name))
        return;
    bool isNumber = false;
    value = m_parser.value(name).toInt(&isNumber);
    if (!isNumber || value < least || value > most)
        note(u"--%1 takes a number from %2 to %3, not \"%4\"."_s.arg(name).arg(least).arg(most).arg(
            m_parser.value(name)));
}

void OptionReader::readSwitch(const QString &name, bool &value)
{
    readOneOf(name, {u"on"_s, u"off"_s}, value, [](const QString &text) {
        return text == "on"_L1 ? std::optional(true)
            : text == "off"_L1 ? std::optional(false)
                               : std::nullopt;
    });
}

} // namespace app::cli
