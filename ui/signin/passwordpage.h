#pragma once

#include <QtWidgets/QWidget>

class QLineEdit;

namespace ui {

class Label;

//! A page of the login dialog: user name and password.
class PasswordPage : public QWidget
{
    Q_OBJECT

public:
    explicit PasswordPage(QWidget *parent = nullptr);

    [[nodiscard]] QString userName() const;
    [[nodiscard]] QString password() const;
    [[nodiscard]] bool isComplete() const; //!< a server can be asked

    //! And says where they come from.
    void fillIn(const QString &userName, const QString &password);
    void clear();
    void setUserName(const QString &userName);
    void setRemark(const QString &remark); //!< empty: shows nothing
    void focusWhatIsMissing();
    void selectPassword();

Q_SIGNALS:
    void changed();

private:
    QLineEdit *m_userName;
    QLineEdit *m_password;
    Label *m_hint;
    Label *m_remark;
};

} // namespace ui
