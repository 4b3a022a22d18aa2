#include "app/printable.h"

#include <QtCore/QStringView>

using namespace Qt::StringLiterals;

namespace app {

namespace {

//! `character` is a code point, or an unpaired surrogate.
bool isPrintable(char32_t character)
{
    switch (QChar::category(character)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    default:
        return true;
    }
}

QString spelledOut(QChar unit)
{
    const int code = unit.unicode();
    return code < 0x20 ? u"\\x%1"_s.arg(code, 2, 16, QLatin1Char('0'))
                       : u"\\u%1"_s.arg(code, 4, 16, QLatin1Char('0'));
}

} // namespace

QString printable(const QString &line)
{
    QString text;
    text.reserve(line.size());
    for (qsizetype i = 0; i < line.size();) {
        const bool isPair =
            line.at(i).isHighSurrogate() && i + 1 < line.size() && line.at(i + 1).isLowSurrogate();
        const auto units = QStringView(line).mid(i, isPair ? 2 : 1);
        const char32_t character = isPair ? QChar::surrogateToUcs4(units.at(0), units.at(1))
                                          : char32_t(units.at(0).unicode());
        if (isPrintable(character)) {
            text += units;
        } else {
            for (const QChar unit : units)
                text += spelledOut(unit);
        }
        i += units.size();
    }
    return text;
}

} // namespace app
