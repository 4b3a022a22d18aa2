#pragma once

#include <QtCore/QString>

class QLabel;
class QWidget;

namespace ui {

//! Plain text over as many lines as it needs.
[[nodiscard]] QLabel *wrappedLabel(const QString &name, QWidget *parent);
//! One line to be copied from; `accessibleName` says what it is.
[[nodiscard]] QLabel *valueLabel(
    const QString &name, const QString &accessibleName, QWidget *parent);
void makeBold(QWidget *widget);

} // namespace ui
